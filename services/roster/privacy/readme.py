"""What an export says of itself, in English and in Urdu."""

from schoolbus.store import Document

_ENGLISH = """What Rabta stores about you
===========================

There is a folder for each part of Rabta. Each file is a list in JSON, a format that any text editor shows.

roster         who you are, your branches, classes, children or guardians, and your account
meetings       meetings that you booked or held
reports        homework, marks, report cards (with their PDFs) and home notes
notifications  messages that were sent to you, your answers, and the files that you sent

Words of other people are not in it, and neither is the list of who looked at a child's data: the head of the branch
may look into that.
"""
_URDU = """رابطہ میں آپ کے بارے میں کیا محفوظ ہے
====================================

رابطہ کے ہر حصے کا ایک الگ فولڈر ہے۔ ہر فائل JSON میں ایک فہرست ہے، جسے کوئی بھی ٹیکسٹ ایڈیٹر دکھا سکتا ہے۔

roster         آپ کون ہیں، آپ کی شاخیں، جماعتیں، بچے یا سرپرست، اور آپ کا اکاؤنٹ
meetings       ملاقاتیں جو آپ نے طے کیں یا جن میں آپ شریک تھے
reports        ہوم ورک، نمبر، رپورٹ کارڈ (PDF کے ساتھ) اور گھر کے نوٹس
notifications  آپ کو بھیجے گئے پیغامات، آپ کے جوابات، اور آپ کی بھیجی ہوئی فائلیں

دوسرے لوگوں کی باتیں اس میں شامل نہیں، اور نہ یہ کہ کسی بچے کی معلومات کس نے دیکھیں: وہ شاخ کے سربراہ دیکھ سکتے ہیں۔
"""


def readme(export: Document) -> str:
    missing = [service for service in ("meetings", "reports", "notifications") if service not in export["sets"]]
    names = ", ".join(missing)
    told = (
        f"\nNot answered in time, so not in it: {names}. Ask again.\n",
        f"\nبروقت جواب نہیں ملا، اس لیے شامل نہیں: {names}۔ دوبارہ مانگیں۔\n",
    )
    english, urdu = (text + (more if missing else "") for text, more in zip((_ENGLISH, _URDU), told, strict=True))
    return f"{english}\n\n{urdu}"
