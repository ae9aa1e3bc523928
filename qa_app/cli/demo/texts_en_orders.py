"""English scenarios about delivery and changes of orders. Own writing."""

from __future__ import annotations

from qa_app.cli.demo.texts_model import Scenario

ORDERS = (
    Scenario(
        "late_delivery", "Late delivery", "Delivery", "goods",
        problem=(
            "I bought a {product} on {date} and it still hasn't arrived.",
            "My {product} was promised within {days} days and the tracking hasn't moved.",
            "The parcel with my {product} has been sitting in {city} all week. What's going on?",
        ),
        asks=(
            ("What does the last tracking line say?", "At the {city} depot, {days} days ago."),
            ("Is there a day you need it by?", "Friday at the latest, it's a present."),
            (
                "Has the delivery address changed since you ordered?",
                "No, it's my office as always.",
            ),
        ),
        found=(
            "{carrier} had a backlog in {city}, and your parcel left there this morning.",
            "The parcel was sorted to {city} by mistake and is on its way back.",
        ),
        fix=(
            "{carrier} now gives it priority, expect it by {date}, with a {amount} pound voucher.",
            "If it isn't there by {date} we'll send a new one and recall the first ourselves.",
        ),
        wrong=(
            "We've nothing to do with delivery, you'd have to ring the courier.",
            "Just mark it as received and then ask for a refund.",
        ),
        extra=(
            ("Would I pay for a second one?", "No, the replacement is on us."),
            (
                "Can it go to a pick-up point instead?",
                "Yes, I've changed it to the one on your street.",
            ),
        ),
    ),
    Scenario(
        "not_received", "Marked delivered, not received", "Delivery", "goods",
        problem=(
            "It says my {product} was delivered, but there's nothing here.",
            "Somebody signed for my {product} yesterday and it certainly wasn't me.",
        ),
        asks=(
            ("Could a neighbour or the front desk have taken it?", "I asked them all. No."),
            ("Have you looked in the porch and the bins?", "Yes, and the garage."),
            ("Did the driver leave a card?", "No card, no call."),
        ),
        found=(
            "The photo shows a blue door, and you say yours is white.",
            "The driver's location was two streets away when it was scanned.",
        ),
        fix=(
            "{carrier} looks for it today; after {hours} hours we refund the {amount} pounds.",
            "That's the courier's mistake, so I'm sending another one, with you by {date}.",
        ),
        wrong=("If the system says delivered, then it was delivered.",),
        extra=(
            (
                "Will anyone speak to the driver?",
                "Yes, {carrier} has to answer us within two days.",
            ),
            (
                "Should I call the police?",
                "Not yet. Let us trace it first, and you won't be out of pocket.",
            ),
        ),
    ),
    Scenario(
        "change_address", "Change of address", "Orders", "goods",
        problem=(
            "I've just ordered a {product} to my old address. Can you change it?",
            "We've moved. Can my {product} go to {city} instead?",
        ),
        asks=(
            ("What is the new address, with the house number?", "Twelve Orchard Way, {city}."),
            ("Is the phone number still the same?", "Same number, but it's for my sister."),
            ("Have you had a message that it has left us?", "No, not yet."),
        ),
        found=(
            "It's still being packed, so I can change it here.",
            "It left this morning, so {carrier} has to redirect it.",
        ),
        fix=(
            "Done, you'll see it if you refresh the order. It'll be there by {date}.",
            "The redirection is booked, free of charge, and adds about {days} days.",
        ),
        wrong=("It can't be changed. Refuse it and order again.",),
        extra=(
            ("Do I keep the discount?", "Yes, nothing else changes."),
            ("Can they come in the evening?", "I've added a note for after six."),
        ),
    ),
    Scenario(
        "installation", "Installation appointment", "Delivery", "appliances",
        problem=(
            "The {product} is here. When does the fitter come?",
            "Somebody was to install my {product} on {date} and nobody came.",
            "Can I move the fitting of my {product}? I'm away that day.",
        ),
        asks=(
            ("Are the socket and the water connection ready?", "Yes, they were checked last time."),
            ("Which day suits you, morning or afternoon?", "Saturday morning, if you can."),
            ("Is there a lift in the building?", "Yes, we're on the fourth floor."),
        ),
        found=(
            "The {city} team is full, the first free morning is {later}.",
            "The job before yours ran over and you weren't told. That shouldn't happen.",
        ),
        fix=(
            "You're booked for {date} between nine and eleven, and the fitter rings first.",
            "I've found another fitter who can come this afternoon, at no charge.",
        ),
        wrong=(
            "It's easy, just do it yourself with the leaflet.",
            "We can't tell when they come. You'll have to stay in.",
        ),
        extra=(
            (
                "Is there anything to pay on the day?",
                "Basic fitting is free, longer pipes are on the price list.",
            ),
            ("Will they take the old one?", "Yes, I've added that to the job."),
        ),
    ),
    Scenario(
        "cancel_order", "Cancel an order", "Orders", "goods",
        problem=(
            "I don't need the {product} any more. Please cancel it.",
            "The cancel button for my {product} is greyed out.",
            "My son ordered a {product} on my phone. Can you stop it?",
        ),
        asks=(
            ("May I ask why you'd like to cancel?", "We've bought it twice by mistake."),
            ("Did you use a voucher?", "Yes, the autumn one."),
        ),
        found=(
            "It hasn't left the warehouse, so I can cancel it.",
            "It's with {carrier} already, so it has to be called back.",
        ),
        fix=(
            "It's cancelled, {amount} pounds are on the way and the voucher is back too.",
            "The recall is booked. The refund starts when it reaches us, you needn't do a thing.",
        ),
        wrong=("Once it's paid it can't be cancelled. Return it when it comes.",),
        extra=(
            ("Does the recall cost anything?", "No. If it does arrive, simply refuse it."),
            ("Can I use the voucher again?", "Yes, until {date}."),
        ),
    ),
    Scenario(
        "change_item", "Change of size or colour", "Orders", "clothes",
        problem=(
            "I picked the wrong colour for the {product}. Can I swap it before it ships?",
            "Could you make the {product} one size larger?",
        ),
        asks=(
            ("Which colour and size would you like?", "Navy, one size up."),
            ("What do you usually wear?", "Medium, but I'd wear a jumper under it."),
        ),
        found=(
            "Navy is in stock and the order isn't packed.",
            "We have that size in {city} only.",
        ),
        fix=(
            "It's changed, same price, leaving on {date}.",
            "I'll have it sent from {city}, which takes {days} days longer. Is that all right?",
        ),
        wrong=("It can't be changed any more. Wait for it and return it.",),
        extra=(
            ("Do you have a size chart?", "I've sent it to your messages."),
            ("Can I still return it?", "Yes, the same as any order."),
        ),
    ),
    Scenario(
        "merge_orders", "Combine orders", "Orders", "goods",
        problem=(
            "I've placed two orders, a {product} and one more thing. Can they go together?",
            "I paid postage twice for two parcels. Can I have one back?",
        ),
        asks=(
            ("Is it the same address for both?", "Yes, both to my home."),
            ("What's the other order number?", "{other}."),
        ),
        found=(
            "Both are in the same warehouse, so yes.",
            "They come from two warehouses, but I can refund the postage.",
        ),
        fix=(
            "They're combined and leave on {date}. The extra postage is refunded.",
            "I've returned {days} pounds of postage. There will still be two parcels.",
        ),
        wrong=("You'd have to cancel both and order again.",),
        extra=(
            ("Does it count for the discount?", "Yes, on the total, and you get the difference."),
            ("Can it go out today?", "If I mark it urgent now, it should."),
        ),
    ),
    Scenario(
        "presale_balance", "Pre-order balance", "Orders", "appliances",
        problem=(
            "I paid the deposit for a {product} and can't pay the rest.",
            "I missed the date for the balance on my {product}. Is the deposit gone?",
        ),
        asks=(
            ("What does the page say?", "That the offer has ended."),
            ("How much was the deposit?", "{amount} pounds."),
        ),
        found=(
            "The time for it ended last night.",
            "It ended too long ago for another extension.",
        ),
        fix=(
            "I've given you one more day. Please pay it today.",
            "You get the deposit back within {hours} hours, and a note of the next offer.",
        ),
        wrong=("Deposits are never returned. It's gone.",),
        extra=(
            ("Do I still get the gift?", "Yes, it's kept for you."),
            (
                "Can I pay in parts?",
                "Yes, choose {days} instalments at the till, without interest.",
            ),
        ),
    ),
)  # fmt: skip
