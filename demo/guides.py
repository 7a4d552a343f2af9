"""Guides that a chain begins with, in English and Urdu, and the pack that brings them to families of new children."""

from typing import Any

WELCOME_EN = """We are glad that your child learns with us. This is how the first weeks go, and how you can help.

# The first days

- Bring your child ten minutes before the bell, and say goodbye cheerfully and briefly: most tears dry within minutes.
- Write your child's name on bag, bottle and jacket.
- Tell the class teacher what your child likes, and what makes it afraid. A few words are enough.

# How we keep in touch

1. You hear of homework, meetings and report cards by the way that you have chosen: SMS, WhatsApp, e-mail or the app.
2. Answer such a message and you write to the teacher. Nobody else reads it but the head.
3. If a number changes, tell the office. What we send to the old one somebody else may read.

# When something is wrong

Speak with the class teacher first, then with the head. You may also write to the school's suggestion box without your name."""

WELCOME_UR = """ہمیں خوشی ہے کہ آپ کا بچہ ہمارے ساتھ پڑھ رہا ہے۔ پہلے چند ہفتے کیسے گزریں گے
اور آپ کیا مدد کر سکتے ہیں، وہ یہاں لکھا ہے۔

# پہلے چند دن

- بچے کو گھنٹی بجنے سے دس منٹ پہلے لائیں اور ہنستے ہوئے مختصر الوداع کہیں: اکثر بچے چند منٹ میں سنبھل جاتے ہیں۔
- بستے، بوتل اور جیکٹ پر بچے کا نام لکھ دیں۔
- کلاس ٹیچر کو بتائیں کہ بچے کو کیا پسند ہے اور کس بات سے ڈر لگتا ہے۔ دو چار جملے کافی ہیں۔

# ہم رابطے میں کیسے رہیں گے

1. ہوم ورک، ملاقات اور رپورٹ کارڈ کی خبر آپ کو اسی طریقے سے ملے گی جو آپ نے چنا ہے: ایس ایم ایس، واٹس ایپ، ای میل یا ایپ۔
2. ایسے پیغام کا جواب دیں تو وہ ٹیچر تک پہنچتا ہے۔ پرنسپل کے سوا اسے کوئی اور نہیں پڑھتا۔
3. فون نمبر بدل جائے تو دفتر کو بتائیں، ورنہ پرانے نمبر پر آنے والا پیغام کوئی اور پڑھ سکتا ہے۔

# اگر کوئی مسئلہ ہو

پہلے کلاس ٹیچر سے بات کریں، پھر پرنسپل سے۔ آپ اپنا نام بتائے بغیر بھی اسکول کے تجاویز کے ڈبے میں لکھ سکتے ہیں۔"""

READING_EN = """Children learn to read at home as much as at school. Ten minutes a day are enough.

# Each evening

1. Sit down together where it is quiet, without a phone.
2. Let your child choose the book.
3. Ask what may happen next, and why.

# What helps

- Read aloud yourself, in Urdu, Punjabi, English or whatever is nearest to you.
- A hard word is told, not guessed for long.
- Praise the effort, not the speed.

# If you do not read yourself

Let your child tell you the story in the pictures, or read to you. Listening counts as much as reading."""

READING_UR = """بچے پڑھنا جتنا اسکول میں سیکھتے ہیں، اتنا ہی گھر میں بھی سیکھتے ہیں۔ روزانہ دس منٹ کافی ہیں۔

# ہر شام

1. فون رکھ کر کسی پرسکون جگہ پر ساتھ بیٹھیں۔
2. کتاب بچے کو خود چننے دیں۔
3. پوچھیں کہ آگے کیا ہو سکتا ہے، اور کیوں۔

# کیا چیز مدد کرتی ہے

- خود بھی اونچی آواز میں پڑھیں: اردو، پنجابی، انگریزی، جو زبان آپ کو آسان لگے۔
- مشکل لفظ خود بتا دیں، بچے کو دیر تک اندازے نہ لگانے دیں۔
- رفتار کی نہیں، محنت کی تعریف کریں۔

# اگر آپ خود نہیں پڑھ سکتے

بچے سے کہیں کہ تصویریں دیکھ کر کہانی سنائے یا آپ کو پڑھ کر سنائے۔ سننا بھی پڑھنے جتنا ہی اہم ہے۔"""

HOMEWORK_EN = """You need not know the answers to help with homework. A place, a time and your interest do most of it.

# A place and a time

- The same hour each day, after some rest and food.
- A clear corner with light. The television waits.

# While your child works

1. Let it begin alone; be near.
2. If it is stuck, ask: what do you know already? What is asked?
3. Never write the answer yourself. A wrong answer shows the teacher what to explain.

# When it is too much

If half an hour is not enough in the small grades, or there are tears each evening,
write to the teacher: answer any message about homework."""

HOMEWORK_UR = """ہوم ورک میں مدد کے لیے ضروری نہیں کہ آپ کو جواب آتے ہوں۔
ایک جگہ، ایک وقت اور آپ کی دلچسپی ہی سب سے زیادہ کام آتی ہے۔

# جگہ اور وقت

- روز ایک ہی وقت، کچھ آرام اور کھانے کے بعد۔
- صاف اور روشن کونا۔ ٹی وی بند رکھیں۔

# جب بچہ کام کر رہا ہو

1. شروع خود کرنے دیں، آپ قریب رہیں۔
2. کہیں رک جائے تو پوچھیں: تمہیں اس میں سے کیا آتا ہے؟ سوال کیا پوچھ رہا ہے؟
3. جواب خود کبھی نہ لکھیں۔ غلط جواب سے ٹیچر کو پتا چلتا ہے کہ کیا سمجھانا ہے۔

# اگر کام بہت زیادہ ہو

چھوٹی جماعتوں میں آدھا گھنٹہ کافی نہ ہو، یا روز شام کو بچہ رونے لگے،
تو ٹیچر کو لکھیں: ہوم ورک کے کسی بھی پیغام کا جواب دے دیں۔"""


def _guide(kind: str, en: tuple[str, str], ur: tuple[str, str]) -> dict[str, Any]:
    texts = {code: {"title": title, "body": body} for code, (title, body) in (("en", en), ("ur", ur))}
    return {"kind": kind, "texts": texts}


GUIDES: tuple[tuple[int, dict[str, Any]], ...] = (  # the day after enrolment, and what comes then
    (0, _guide("introduction", ("Welcome to our school", WELCOME_EN), ("ہمارے اسکول میں خوش آمدید", WELCOME_UR))),
    (3, _guide("guide", ("Reading together at home", READING_EN), ("گھر میں مل کر پڑھنا", READING_UR))),
    (14, _guide("guide", ("Helping with homework", HOMEWORK_EN), ("ہوم ورک میں مدد", HOMEWORK_UR))),
)
PACK = "First weeks"
