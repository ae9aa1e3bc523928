"""English scenarios about damage, returns, refunds. Own writing."""

from __future__ import annotations

from qa_app.cli.demo.texts_model import Scenario

RETURNS = (
    Scenario(
        "damaged", "Damaged goods", "After-sales", "goods",
        problem=(
            "The {product} arrived broken, the box was crushed.",
            "There's a crack right across my new {product}.",
            "Your packing is terrible, my {product} is dented on two sides.",
        ),
        asks=(
            ("Was the outside of the box damaged as well?", "One whole corner is flat."),
            ("Could you send a photo of the box, the label and the damage?", "I have them ready."),
            ("Was the driver still there when you opened it?", "No, he left it on the step."),
        ),
        found=(
            "I have your photos, and that is clearly transport damage.",
            "We've had two others from this batch with too little padding.",
        ),
        fix=(
            "I'll have a new one brought on {date}, and the driver takes the broken one away.",
            "You can have all {amount} pounds back, or keep it and have half back.",
        ),
        wrong=(
            "Once you've accepted it there's nothing we can do.",
            "A bit of glue will do the trick, honestly.",
        ),
        extra=(
            ("Do I have to post it back?", "No, we collect it, free of charge."),
            (
                "What if the next one is broken too?",
                "I've asked for padding and a check before it leaves.",
            ),
        ),
    ),
    Scenario(
        "wrong_item", "Wrong item", "After-sales", "clothes",
        problem=(
            "You've sent the wrong colour. I ordered the {product} in black.",
            "I opened the parcel and that isn't the {product} I ordered.",
            "The {product} came a size too small, though the order is right.",
        ),
        asks=(
            ("Could you read me the number on the label?", "{other}. It doesn't match."),
            ("Are the tags still on, and is it unworn?", "Everything's as it came."),
            ("Would you like an exchange or your money back?", "An exchange, I do want it."),
        ),
        found=(
            "The warehouse has checked: the wrong one was picked.",
            "Two labels were swapped, someone in {city} has yours.",
        ),
        fix=(
            "The right one leaves today, and the courier takes the other. You pay nothing.",
            "It's coming express by {date}, with a {amount} pound voucher for the trouble.",
        ),
        wrong=(
            "Send it back at your own cost and then we'll see.",
            "It's nearly the same colour, I'd just keep it.",
        ),
        extra=(
            ("Will the price still hold?", "Yes, the price on the day you ordered."),
            ("What if it's out of stock?", "Then you get a refund and a {amount} pound voucher."),
        ),
    ),
    Scenario(
        "refund_missing", "Refund not received", "Refunds", "goods",
        problem=(
            "You've had my {product} back for {days} days. Where are my {amount} pounds?",
            "The refund says completed, but {amount} pounds never reached my bank.",
            "The refund for the {product} is still in progress. Why?",
        ),
        asks=(
            ("How did you pay at the time?", "By card, ending {tail}."),
            ("Do you have the return number?", "Yes, it's {other}."),
            ("Have you checked the statement, not just the balance?", "I did. It isn't there."),
        ),
        found=(
            "The warehouse took the parcel in but didn't book it, so the refund never started.",
            "We sent it on {date} and the bank hasn't released it yet.",
        ),
        fix=(
            "I've released it by hand. You'll have {amount} pounds within {hours} hours.",
            "I'm sending you a reference your bank can trace. It'll be there by {date}.",
        ),
        wrong=(
            "It's been refunded. Just wait another month.",
            "Give me your card number and the code on the back and I'll send it straight over.",
        ),
        extra=(
            ("Do I get the voucher back too?", "Yes, if it hasn't run out."),
            ("And the postage?", "That comes separately, in about {days} days."),
        ),
    ),
    Scenario(
        "return_request", "Return within the period", "After-sales", "clothes",
        problem=(
            "The {product} is too big. How do I send it back?",
            "The {product} looks nothing like the picture. I want to return it.",
            "Why was my return of the {product} turned down?",
        ),
        asks=(
            ("When did it reach you?", "{days} days ago."),
            ("Do you still have the tags and the bag?", "All of it, I only tried it on."),
            ("Which reason did you choose?", "Changed my mind, I think."),
        ),
        found=(
            "You're inside the return period, so that's no problem.",
            "It was taken for a made-to-order item. I can correct that.",
        ),
        fix=(
            "It's approved. A courier calls on {date}, and the money follows within {hours} hours.",
            "I've changed it to accepted, {amount} pounds to your card.",
        ),
        wrong=(
            "If you've tried it on you can't return it.",
            "We can only give points for that, not money.",
        ),
        extra=(
            (
                "Who pays the postage?",
                "If it's a fault, we do. Otherwise it's taken off the refund.",
            ),
            ("Does the free gift go back?", "Yes, please put it in the parcel."),
        ),
    ),
    Scenario(
        "return_freight", "Return postage", "After-sales", "clothes",
        problem=(
            "The {product} was faulty, so why do I pay the postage?",
            "I paid to return the {product} and nobody has paid me back.",
        ),
        asks=(
            ("Where exactly is the fault?", "The seam is open, I sent a photo."),
            ("How much did the postage come to?", "About {days} pounds, I have the receipt."),
            ("Which reason is on the return?", "I picked the wrong one by accident."),
        ),
        found=(
            "I can see the open seam. That's a fault.",
            "The reason says no longer wanted, so it wasn't repaid by itself.",
        ),
        fix=(
            "I've corrected the reason, and the postage is with you in {hours} hours.",
            "You'll get the postage and a {amount} pound voucher. Your receipt is on file.",
        ),
        wrong=("You chose the reason, so you pay.",),
        extra=(
            ("Which one should I choose next time?", "Faulty item. Then it's free from the start."),
            ("Do you need the receipt again?", "No, the photo is enough."),
        ),
    ),
    Scenario(
        "price_protection", "Price match", "Orders", "appliances",
        problem=(
            "I bought a {product} on {date} and it's {amount} pounds cheaper today. Can I claim?",
            "The sale started a day after I bought my {product}. That isn't fair.",
        ),
        asks=(
            ("Is it exactly the same model?", "Same page, I took a screenshot."),
            ("Is the price down, or is it a voucher?", "The price itself."),
        ),
        found=(
            "You're within thirty days, and the difference is {amount} pounds.",
            "The offer began at midnight and it's the same model.",
        ),
        fix=(
            "I've sent {amount} pounds back to your card, within {hours} hours.",
            "The claim is in, you'll hear by {date} at the latest.",
        ),
        wrong=(
            "Price match is only for members.",
            "Return it and buy it again, that's the way.",
        ),
        extra=(
            ("And if it drops again?", "You can ask again until the thirty days are over."),
            ("Does it cover the free gift?", "No, but I can add some points for you."),
        ),
    ),
    Scenario(
        "double_charge", "Charged twice", "Refunds", "goods",
        problem=(
            "I've been charged twice for one {product}, {amount} pounds each.",
            "The payment froze and now {amount} pounds have gone out two times.",
        ),
        asks=(
            ("When were the two payments made?", "A minute apart, on {date}."),
            ("Were they on the same card?", "Yes, ending {tail}."),
            ("Do you see an unpaid order in your list?", "No, only the paid one."),
        ),
        found=(
            "The second one was sent again after a time-out.",
            "One of them has no order behind it, so it's ours to give back.",
        ),
        fix=(
            "I've returned the {amount} pounds, you'll see them within {hours} hours.",
            "Finance will settle it by {date} and send you a receipt.",
        ),
        wrong=(
            "Payments are the bank's business. Ask them.",
            "Then just keep both of them.",
        ),
        extra=(
            ("Will it hurt my credit record?", "No, it's reversed as if it never happened."),
            ("How will I know it's done?", "You get a message, and it shows in your wallet."),
        ),
    ),
)  # fmt: skip
