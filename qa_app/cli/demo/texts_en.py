"""English phrases of demo conversations that do not belong to one concern."""

from __future__ import annotations

from qa_app.cli.demo.texts_en_orders import ORDERS
from qa_app.cli.demo.texts_en_returns import RETURNS
from qa_app.cli.demo.texts_en_service import SERVICE
from qa_app.cli.demo.texts_en_technical import TECHNICAL
from qa_app.cli.demo.texts_model import Phrases

PRODUCTS = {
    "goods": (
        "rice cooker", "air fryer", "thermos flask", "bedding set", "school backpack",
        "pair of hiking boots",
        "coffee gift box", "desk lamp", "suitcase", "wool scarf", "yoga mat",
    ),
    "appliances": (
        "washing machine", "fridge-freezer", "water heater", "dishwasher", "air conditioner",
        "cooker hood", "water filter", "television",
    ),
    "devices": (
        "smart speaker", "robot vacuum", "smart lock", "home camera", "router", "headset",
        "sports watch",
    ),
    "clothes": (
        "down jacket", "tracksuit", "summer dress", "rain jacket", "denim shirt", "kids' coat",
        "cardigan",
    ),
    "member": ("annual membership", "monthly membership", "family membership", "points account"),
}  # fmt: skip

ENGLISH = Phrases(
    company="Greenstalk",
    products=PRODUCTS,
    names=(
        "Whitlock", "Okafor", "Lindqvist", "Marsh", "Delgado", "Byrne", "Haddad", "Novak", "Pell",
        "Iyer", "Sato", "Thorne", "Vance", "Quigley", "Abara", "Moreau",
    ),
    agents=("Lily", "Owen", "Grace", "Tom", "Nora", "Felix", "Ivy", "Jonas"),
    cities=("Leeds", "Bristol", "Cardiff", "Dundee", "Norwich", "Exeter", "Hull", "Derby"),
    carriers=("SwiftPost", "Northline", "ParcelBird", "Harbour Express"),
    digits="",
    joined="{agent} has joined the chat",
    greeting=(
        "Good {period}, thank you for contacting {company}, this is {agent}. How can I help?",
        "Hello, this is {company} customer care, my name is {agent}. What can I do for you?",
        "Welcome to {company}, {agent} speaking. How may I help you today?",
        "Good {period}, {company}, this is {agent}. What seems to be the trouble?",
    ),
    no_greeting=("Yes?", "Go on.", "What is it?", "Yeah, what's the problem?"),
    hello=("Hi, ", "Hello, ", "Hi there, ", "", "", "Good {period}, ", "Hey, "),
    empathy=(
        "I'm sorry about that, I can see why you're worried. Let me sort it out.",
        "Oh, that's frustrating, I do apologise. I'll look into it right now.",
        "Thanks for telling us, and I'm sorry for the trouble it has caused.",
        "I understand, I'd feel the same. Let's get this fixed together.",
    ),
    identity=(
        (
            "For security, could you confirm the last four digits of your phone number?",
            "Sure, {tail}.",
        ),
        ("May I take your order number and surname, please?", "It's {order}, under {name}."),
        (
            "Before I open the account, what name and postcode town is it under?",
            "{name}, in {city}.",
        ),
        ("Can I verify the phone ending we have on file?", "It ends in {tail}, it's my partner's."),
    ),
    hold=(
        "Thank you. I'm going to check the system, it may take about a minute. Is that all right?",
        "Bear with me a moment while I ask the team that handles this.",
        "Let me bring that up, please stay with me.",
    ),
    held=("Sure.", "That's fine.", "Okay, but please be quick.", "No problem."),
    silence=(
        ("Hello? Are you still there?", "Yes. Looking."),
        ("It's gone quiet, did I lose you?", "No, the system's slow."),
        ("Anyone there? I've been waiting a while.", "Hang on, not done."),
    ),
    thanks_for_waiting=(
        "Thank you for waiting. ", "Thanks for holding. ", "I appreciate your patience. ",
        "Right, I have it here. ",
    ),
    noted=("Got it, thank you.", "Okay, noted.", "Thanks, that helps.", "I see."),
    impatient=(
        (
            "I already asked you that. Please think before you answer.",
            "I'm looking for it. No need for that tone.",
        ),
        ("Can we speed this up? There are people in the queue.", "I'm a customer too, you know."),
        (
            "It's all written on the page. Didn't you read it?",
            "I did, and I didn't follow it. That's why I'm asking.",
        ),
        (
            "Just the main point, please, I don't need the story.",
            "You can't help me without the story.",
        ),
    ),
    interrupted=(
        (
            "What I mean is, last time your colleague promised that—",
            "I can't see last time. Tell me about this time.",
        ),
        ("The box was already open when—", "Right, right, so do you want a refund or a swap?"),
        ("Hold on, I hadn't finished, I wanted to—", "Let me talk first."),
    ),
    forbidden=(
        (
            "So what are you going to do about it?",
            "That's not my job, you'd have to ask someone else.",
        ),
        ("I'd like to make a complaint, then.", "Complain if you like, it won't change anything."),
        ("Is there really no other way?", "Those are the rules. Take it or leave it."),
        ("Could you at least ask again?", "How many times do I have to say it?"),
    ),
    doubt=(
        ("Are you sure? The website says something else.", "I think so. Just try it that way."),
        ("Someone else told me the opposite last week.", "Then they were wrong. Do it my way."),
        ("And if that doesn't work?", "Then you'd have to contact us again."),
    ),
    accept=(
        "Great, let's do that. Thank you.", "That's a relief, thanks.", "Perfect, I appreciate it.",
        "All right, I'll wait to hear from you.",
    ),
    grudging=(
        "Fine. Let's leave it there.", "Okay, I just hope it doesn't happen again.",
        "I suppose I have no choice.", "I'll see about that.",
    ),
    follow_up=(
        "I've opened case {case}, and a specialist will call you within {hours} hours.",
        "You'll get a message from us by {date} with the outcome.",
        "I'll stay on this myself and check with you again tomorrow afternoon.",
        "It's marked urgent. If nothing has moved by {date}, quote case {case} and we'll escalate.",
    ),
    anything_else=(
        "Is there anything else I can help with?", "Was there anything else today?",
        "Before you go, is there anything more I can look at?",
    ),
    nothing_else=("No, that's all, thanks.", "That was it.", "Not for now.", "No, thank you."),
    closing=(
        "Thank you for contacting {company}. Have a lovely {part}, goodbye.",
        "Thanks for your patience. You'll get a short survey about today. Goodbye.",
        "You're welcome. We're here any time you need us. All the best.",
    ),
    bye=("Bye.", "Thanks, bye.", "Okay, bye now.", "Goodbye."),
    abrupt=("That's it then.", "Right, I'm closing this.", "Okay. Next."),
    scenarios=(*ORDERS, *RETURNS, *SERVICE, *TECHNICAL),
)  # fmt: skip
