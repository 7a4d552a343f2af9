"""Names as they are given in Pakistan, in Latin letters and in Urdu script. Invented people get them by chance."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Name:
    """A name in two scripts."""

    latin: str
    urdu: str


def _names(text: str) -> tuple[Name, ...]:
    """One `Latin = Urdu` on a line."""
    pairs = (line.split("=") for line in text.strip().splitlines())
    return tuple(Name(latin.strip(), urdu.strip()) for latin, urdu in pairs)


GIRLS = _names("""
Ayesha = عائشہ
Fatima = فاطمہ
Zainab = زینب
Maryam = مریم
Khadija = خدیجہ
Hira = حرا
Amna = آمنہ
Sana = ثنا
Iqra = اقرا
Areeba = عریبہ
Mahnoor = ماہ نور
Laiba = لائبہ
Aliza = علیزہ
Noor = نور
Hania = ہانیہ
Eman = ایمان
Zoya = زویا
Rabia = رابعہ
Sadia = سعدیہ
Nimra = نمرہ
Bisma = بسمہ
Kinza = کنزہ
Aqsa = اقصیٰ
Mehwish = مہوش
Anum = انعم
Hafsa = حفصہ
Sidra = سدرہ
Tayyaba = طیبہ
Warda = وردہ
Zara = زارا
""")

BOYS = _names("""
Muhammad Ali = محمد علی
Ahmed = احمد
Hassan = حسن
Hussain = حسین
Bilal = بلال
Usman = عثمان
Hamza = حمزہ
Umar = عمر
Abdullah = عبداللہ
Ibrahim = ابراہیم
Zain = زین
Saad = سعد
Talha = طلحہ
Fahad = فہد
Danish = دانش
Ahsan = احسن
Arslan = ارسلان
Haris = حارث
Junaid = جنید
Kashif = کاشف
Moiz = معیز
Rayyan = ریان
Shahzaib = شاہ زیب
Taha = طٰہٰ
Waleed = ولید
Yousaf = یوسف
Zubair = زبیر
Faizan = فیضان
Hadi = ہادی
Musa = موسیٰ
""")

WOMEN = _names("""
Nasreen = نسرین
Shazia = شازیہ
Rubina = روبینہ
Samina = ثمینہ
Farzana = فرزانہ
Saima = صائمہ
Nazia = نازیہ
Bushra = بشریٰ
Uzma = عظمیٰ
Fouzia = فوزیہ
Shabana = شبانہ
Tahira = طاہرہ
Rukhsana = رخسانہ
Asma = اسماء
Kausar = کوثر
Naila = نائلہ
Sumaira = سمیرا
Huma = ہما
Riffat = رفعت
Yasmeen = یاسمین
Zahida = زاہدہ
Ghazala = غزالہ
Nighat = نگہت
Parveen = پروین
""")

MEN = _names("""
Imran = عمران
Tariq = طارق
Nadeem = ندیم
Rashid = راشد
Khalid = خالد
Javed = جاوید
Asif = آصف
Waseem = وسیم
Shahid = شاہد
Naveed = نوید
Kamran = کامران
Adnan = عدنان
Faisal = فیصل
Irfan = عرفان
Zahid = زاہد
Saleem = سلیم
Akram = اکرم
Aslam = اسلم
Ghulam Mustafa = غلام مصطفیٰ
Iftikhar = افتخار
Munir = منیر
Pervaiz = پرویز
Rizwan = رضوان
Sajid = ساجد
Tanveer = تنویر
Yasir = یاسر
Zafar = ظفر
Ijaz = اعجاز
""")

FAMILIES = _names("""
Khan = خان
Malik = ملک
Ahmed = احمد
Hussain = حسین
Butt = بٹ
Chaudhry = چوہدری
Qureshi = قریشی
Sheikh = شیخ
Siddiqui = صدیقی
Raja = راجہ
Mirza = مرزا
Shah = شاہ
Bhatti = بھٹی
Awan = اعوان
Abbasi = عباسی
Baloch = بلوچ
Soomro = سومرو
Memon = میمن
Ansari = انصاری
Hashmi = ہاشمی
Farooqi = فاروقی
Gill = گل
Rajput = راجپوت
Mughal = مغل
Dar = ڈار
Yousafzai = یوسفزئی
Afridi = آفریدی
Khattak = خٹک
Bugti = بگٹی
Jatoi = جتوئی
Kiyani = کیانی
Niazi = نیازی
Rana = رانا
Cheema = چیمہ
Warraich = وڑائچ
Zaidi = زیدی
Naqvi = نقوی
Rizvi = رضوی
Bukhari = بخاری
Gilani = گیلانی
""")

# Many mothers keep a name of their own after the given one.
MOTHERS_OWN = _names("""
Bibi = بی بی
Begum = بیگم
Khatoon = خاتون
Akhtar = اختر
""")
