"""English scenarios about complaints and technical help. Own writing."""

from __future__ import annotations

from qa_app.cli.demo.texts_model import Scenario

TECHNICAL = (
    Scenario(
        "courier_attitude", "Complaint about a courier", "Complaints", "goods",
        problem=(
            "Your driver threw my {product} over the gate and swore at me.",
            "The man with my {product} refused to come upstairs and was rude. I want to complain.",
        ),
        asks=(
            ("When did that happen?", "On {date}, around noon."),
            ("Is there a camera on the door?", "There's one in the hallway."),
            ("Is the item itself all right?", "It is, but that's not the point."),
        ),
        found=(
            "There's no call to you in the log, and there should be one.",
            "That depot has had {days} complaints this month.",
        ),
        fix=(
            "I apologise for the company. You'll have an answer in writing by {date}.",
            "{carrier} will be fined for it, and I've put {amount} pounds on your account.",
        ),
        wrong=("He doesn't work for us, so tell him.",),
        extra=(
            ("Can you use another courier?", "Yes, I've noted that on your address."),
            ("Will he get my number?", "No, complaints stay with us."),
        ),
    ),
    Scenario(
        "false_advert", "Not as advertised", "Complaints", "devices",
        problem=(
            "The page says {days} days on one charge. My {product} lasts half of one.",
            "The stream promised a free case with the {product}. There wasn't one.",
        ),
        asks=(
            (
                "Where did you see that, and do you have a picture?",
                "Yes, and the recording is still up.",
            ),
            ("Which functions do you have switched on?", "Nothing special, normal use."),
        ),
        found=(
            "I've watched it, and the host did promise that.",
            "The page means standby time and doesn't say so.",
        ),
        fix=(
            "The case goes out to you today, free of charge.",
            "I'll take it back and refund all {amount} pounds, and the page will be corrected.",
        ),
        wrong=(
            "You shouldn't believe everything in an advert.",
            "The host said that, not us.",
        ),
        extra=(
            (
                "Will anything happen to the host?",
                "It's being looked into, and I can let you know.",
            ),
            (
                "I think I'm owed something.",
                "I'll tell the complaints team, they call within {hours} hours.",
            ),
        ),
    ),
    Scenario(
        "no_callback", "Promised call never came", "Complaints", "appliances",
        problem=(
            "I was promised a call within {hours} hours about my {product}. Nothing.",
            "This is the third time I've rung about the {product}, and I'm passed around.",
        ),
        asks=(
            ("Do you have the case number?", "{other}."),
            ("What were you told last time?", "That a supervisor would take it."),
        ),
        found=(
            "The case was closed by mistake. That's our fault.",
            "The supervisor tried once and didn't get through.",
        ),
        fix=(
            "I've reopened it and it's mine now. You'll hear from me before six today.",
            "I'll bring the supervisor in now, so that you don't have to tell it all again.",
        ),
        wrong=("Then nobody had time. Just wait a bit longer.",),
        extra=(
            ("And if you don't call either?", "Then give them my name and complain about me."),
            ("Is there anything for my trouble?", "Yes, I've asked for a {amount} pound voucher."),
        ),
    ),
    Scenario(
        "app_login", "Cannot sign in", "Technical", "member",
        problem=(
            "I can't get into the app, so I can't see my {product}.",
            "I have a new phone and the code never arrives.",
        ),
        asks=(
            ("Does it say wrong password, or something else?", "Account restricted."),
            ("Do other messages come through?", "Yes, all but yours."),
            ("Is the app up to date?", "I installed it today."),
        ),
        found=(
            "It was locked after a sign-in from {city}.",
            "Your number is on a block list for adverts, and the codes go with it.",
        ),
        fix=(
            "It's unlocked. Sign out and in again, and please change the password.",
            "I'll switch you to a spoken code. Your phone will ring in a moment.",
        ),
        wrong=(
            "Read me the code and I'll sign in for you.",
            "Just open a new account.",
        ),
        extra=(
            (
                "Has somebody been in my account?",
                "Nothing was ordered. With a new password you're safe.",
            ),
            ("The old phone is still signed in.", "You can sign it out under devices."),
        ),
    ),
    Scenario(
        "wifi_setup", "Device does not connect", "Technical", "devices",
        problem=(
            "My {product} won't go online, the light keeps flashing.",
            "Since we changed provider the {product} is offline.",
        ),
        asks=(
            ("What colour is the light?", "Orange, flashing."),
            ("Does your network have one name or two?", "One, I think."),
            ("Are you in the same room with it?", "Right next to it."),
        ),
        found=(
            "It still remembers the old network.",
            "The {product} needs the slower band, and yours are joined.",
        ),
        fix=(
            "Hold the reset button for five seconds until it beeps, then add it again in the app.",
            "Split the two bands in the router and choose the one that ends in two point four.",
        ),
        wrong=(
            "It's probably broken. Buy a new one.",
            "Take the password off your network, then it works.",
        ),
        extra=(
            ("Will I lose my settings?", "The timers, yes. I'll help you set them again."),
            ("Does that slow down my phone?", "No, the phone stays on the fast one."),
        ),
    ),
    Scenario(
        "error_code", "Error code", "Technical", "appliances",
        problem=(
            "My {product} shows E{days} and won't start.",
            "The {product} stops half way with E{days} on the display.",
        ),
        asks=(
            ("Was there a power cut before it?", "Yes, last night."),
            ("Is there any water, or a smell?", "No, it just won't turn."),
            ("How old is it?", "Bought last year."),
        ),
        found=(
            "E{days} means it takes too long to fill, often the valve or the filter.",
            "That code is for a door that isn't quite shut.",
        ),
        fix=(
            "Switch it off, rinse the inlet filter and try again. If it won't, I'll send someone.",
            "I've booked a visit for {date}. It's under warranty, so there's nothing to pay.",
        ),
        wrong=(
            "Ignore it and press start a few more times.",
            "Open the back and have a look yourself.",
        ),
        extra=(
            ("How long is the warranty?", "Two years on all of it, five on the motor."),
            ("Do I get a spare meanwhile?", "No, but it's fixed within {days} days."),
        ),
    ),
    Scenario(
        "repair_progress", "Repair progress", "Technical", "devices",
        problem=(
            "I sent my {product} for repair {days} days ago and heard nothing.",
            "Is my {product} ready? When is it coming back?",
        ),
        asks=(
            ("May I have the repair number?", "{other}."),
            ("What was the fault?", "It wouldn't charge."),
        ),
        found=(
            "It's the battery, and the part comes on {later}.",
            "It was repaired and left {city} yesterday.",
        ),
        fix=(
            "You're first when the part is in. It leaves by {date}, or we replace it.",
            "{carrier} has it. I've sent you the number, about {days} days.",
        ),
        wrong=("I can't say how long. You'll be told.",),
        extra=(
            ("Do I pay for it?", "No, it's under warranty."),
            ("Is my data safe?", "Yes, nobody opens it for a battery."),
        ),
    ),
    Scenario(
        "phone_change", "Change phone number", "Technical", "member",
        problem=(
            "I've got a new number. How do I move my {product} to it?",
            "It wants a code on my old number, and that one is gone.",
        ),
        asks=(
            ("What did you order last?", "A {product2}, last week."),
            ("Has the new number been used with us?", "Never."),
        ),
        found=(
            "That matches, so I can change it by hand.",
            "The new number belongs to an old account and has to be released.",
        ),
        fix=(
            "I've sent a link to the new number. Upload a document and it's done in {hours} hours.",
            "I've asked for the release. Try again after {date}.",
        ),
        wrong=("Tell me your password and I'll do it for you.",),
        extra=(
            ("Do I keep my points?", "Yes, everything stays with the account."),
            ("What happens to the document?", "It's deleted after the check."),
        ),
    ),
)  # fmt: skip
