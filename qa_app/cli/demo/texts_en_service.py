"""English scenarios about invoices and membership. Own writing."""

from __future__ import annotations

from qa_app.cli.demo.texts_model import Scenario

SERVICE = (
    Scenario(
        "invoice_request", "Invoice", "Invoices", "appliances",
        problem=(
            "I forgot to ask for an invoice for my {product}. Is it too late?",
            "Where do I download the invoice for the {product}? It's for my employer.",
        ),
        asks=(
            ("Is it for you or for a company?", "A company, I have the tax number."),
            ("Which address shall I send it to?", "The one I signed up with."),
            ("Do you need the tax shown separately?", "Yes, please."),
        ),
        found=(
            "It's within the year, so I can issue it for {amount} pounds.",
            "It was sent on {date} and is probably in your spam folder.",
        ),
        fix=(
            "It's on its way, within {hours} hours, and you'll find it in the order as well.",
            "I've sent it once more. Please refresh the order page.",
        ),
        wrong=(
            "Invoices are only made on the day of the order.",
            "The card slip is as good as an invoice.",
        ),
        extra=(
            ("Can I have it on paper?", "The electronic one counts the same, but I can post one."),
            ("Can you split it in two?", "Yes, by item. The sum stays the same."),
        ),
    ),
    Scenario(
        "invoice_title", "Wrong name on invoice", "Invoices", "goods",
        problem=(
            "The invoice for the {product} has the wrong company name.",
            "There's a digit missing in the tax number on my invoice.",
        ),
        asks=(
            ("How should it read?", "Stonebridge Joinery Limited."),
            ("Has it gone into your accounts yet?", "No, they sent it back."),
        ),
        found=(
            "It hasn't been used, so I can cancel and reissue it.",
            "That's how it was typed in the order. I'll correct it.",
        ),
        fix=(
            "The credit note is made, and the new one is with you by {date}.",
            "The new invoice is out. Please don't use the old one.",
        ),
        wrong=("Just cross it out and write the right name on it.",),
        extra=(
            ("Does that cost anything?", "No, it's free."),
            ("How do I set the name for next time?", "Under billing details, tick make default."),
        ),
    ),
    Scenario(
        "special_invoice", "VAT invoice", "Invoices", "appliances",
        problem=(
            "Our office bought a {product}. When does the VAT invoice come?",
            "My request for a VAT invoice has been in review for {days} days.",
        ),
        asks=(
            ("Have you filled in the bank details?", "Yes, and the certificate is uploaded."),
            ("Where shall it be posted?", "Harmony House, eighth floor, {city}."),
        ),
        found=(
            "One page of the certificate is blurred, that's why it stopped.",
            "It was issued on {date} and is with {carrier}.",
        ),
        fix=(
            "Send me a clearer picture and I'll see it through today.",
            "I've messaged you the tracking number. It should be there by {date}.",
        ),
        wrong=("We don't do those. Ask the manufacturer.",),
        extra=(
            ("What's the rate on it?", "Twenty per cent."),
            ("What if it gets lost?", "Then we issue a certified copy."),
        ),
    ),
    Scenario(
        "points_missing", "Points missing", "Membership", "member",
        problem=(
            "I spent {amount} pounds and got no points on my {product}.",
            "You promised double points, and my {product} shows only half.",
        ),
        asks=(
            ("Which order is it about?", "{order}."),
            ("Was anything from it returned?", "No, nothing."),
        ),
        found=(
            "Your order was left out of the offer by mistake.",
            "Points are added fifteen days after delivery, and that's on {later}.",
        ),
        fix=(
            "I've added them by hand. Refresh and you'll see them.",
            "They'll be there by {date}, with a few hundred extra for the wait.",
        ),
        wrong=("Lost points are lost, I can't add any.",),
        extra=(
            ("Do they run out?", "At the end of next year, and we remind you before."),
            ("What can I use them for?", "Vouchers, or your postage."),
        ),
    ),
    Scenario(
        "auto_renewal", "Automatic renewal", "Membership", "member",
        problem=(
            "You renewed my {product} without asking and took {amount} pounds.",
            "How do I switch off the renewal of my {product}? I can't find it.",
        ),
        asks=(
            ("Have you used any benefits since?", "No, I didn't even know."),
            ("Did you join through the app store?", "I believe so, on my phone."),
        ),
        found=(
            "It was charged on {date} and hasn't been used.",
            "The box was ticked when you took the first month's offer.",
        ),
        fix=(
            "As it's unused you get {amount} pounds back in {hours} hours, and it's off.",
            "Renewal is off. It runs to {date} and then stops.",
        ),
        wrong=(
            "It can't be refunded. Just use it up.",
            "Delete the app and it will stop charging you.",
        ),
        extra=(
            ("Do I lose my points?", "No, they stay."),
            ("Can I join again later?", "Of course, any time."),
        ),
    ),
    Scenario(
        "coupon_failed", "Voucher not accepted", "Membership", "goods",
        problem=(
            "My voucher won't work on the {product}.",
            "It said the voucher was valid and then charged me {amount} pounds more.",
        ),
        asks=(
            ("What do the terms on it say?", "Valid on everything."),
            ("What message do you get at the till?", "Conditions not met."),
        ),
        found=(
            "The {product} is on offer, and this voucher can't be added to that.",
            "After last night's update some vouchers show the wrong state.",
        ),
        fix=(
            "I'm giving you one that can be combined, the same {amount} pounds, until {date}.",
            "Pay as it stands and I'll have the {amount} pounds returned.",
        ),
        wrong=("If it doesn't work, it's expired. Sorry.",),
        extra=(
            ("Could you extend it?", "Yes, by {days} days."),
            ("Why doesn't it say so?", "You're right, and I'll pass that on."),
        ),
    ),
    Scenario(
        "member_level", "Membership level", "Membership", "member",
        problem=(
            "Why has the level of my {product} gone down? I buy all the time.",
            "I've spent enough for the next level of my {product}. Where is it?",
        ),
        asks=(
            ("Which period are you looking at?", "January until now."),
            ("Were any orders on someone else's account?", "Two on my wife's."),
        ),
        found=(
            "Two orders haven't been counted yet.",
            "Returns are taken off, so there are {amount} pounds to go.",
        ),
        fix=(
            "With those two you're there. It changes tonight.",
            "I've kept your level until {date}. Another {amount} pounds and it's safe.",
        ),
        wrong=("The system decides that. I can't see it.",),
        extra=(
            ("Are the benefits the same?", "Yes, free postage and the birthday gift."),
            ("Can we put our accounts together?", "Yes, with a family membership."),
        ),
    ),
)  # fmt: skip
