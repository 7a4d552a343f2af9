"""Where the branches of the invented chain are: areas of towns, neighbours side by side."""

from demo.names import Name

CHAIN = Name("Roshan Kal Schools", "روشن کل اسکولز")

_AREAS = """
Lahore لاہور: Gulberg گلبرگ, Model Town ماڈل ٹاؤن, Johar Town جوہر ٹاؤن, Iqbal Town اقبال ٹاؤن
Karachi کراچی: Clifton کلفٹن, Lyari لیاری, North Nazimabad نارتھ ناظم آباد, Gulshan-e-Iqbal گلشنِ اقبال
Rawalpindi راولپنڈی: Satellite Town سیٹلائٹ ٹاؤن, Chaklala چکلالہ, Westridge ویسٹریج, Dhoke Kashmirian ڈھوک کشمیریاں
Peshawar پشاور: Hayatabad حیات آباد, University Town یونیورسٹی ٹاؤن, Gulbahar گلبہار, Tehkal تہکال
Multan ملتان: Gulgasht گلگشت, Shah Rukn-e-Alam شاہ رکنِ عالم, Mumtazabad ممتاز آباد, Shah Shams شاہ شمس
Faisalabad فیصل آباد: Peoples Colony پیپلز کالونی, Madina Town مدینہ ٹاؤن, Jinnah Colony جناح کالونی, Samanabad سمن آباد
Quetta کوئٹہ: Jinnah Town جناح ٹاؤن, Samungli سمنگلی, Sariab سریاب, Hazara Town ہزارہ ٹاؤن
Hyderabad حیدرآباد: Latifabad لطیف آباد, Qasimabad قاسم آباد
Sialkot سیالکوٹ: Model Town ماڈل ٹاؤن, Sambrial سمبڑیال
Gujranwala گوجرانوالہ: Satellite Town سیٹلائٹ ٹاؤن, Peoples Colony پیپلز کالونی
Bahawalpur بہاولپور: Model Town ماڈل ٹاؤن, Satellite Town سیٹلائٹ ٹاؤن
Sukkur سکھر: Old Sukkur پرانا سکھر, New Pind نیو پنڈ
Abbottabad ایبٹ آباد: Jinnahabad جناح آباد, Mandian منڈیاں
Muzaffarabad مظفرآباد: Chehla چہلہ, Gojra گوجرہ
"""


def _split(words: str) -> Name:
    """`Model Town ماڈل ٹاؤن` into its two scripts: the Urdu begins at the first word that isn't ASCII."""
    parts = words.split()
    latin = [part for part in parts if part.isascii()]
    return Name(" ".join(latin), " ".join(parts[len(latin) :]))


def _branches() -> tuple[Name, ...]:
    found = []
    for line in _AREAS.strip().splitlines():
        city_words, areas = line.split(":")
        city = _split(city_words)
        found += [Name(f"{area.latin}, {city.latin}", f"{area.urdu}، {city.urdu}") for area in map(_split, areas.split(","))]
    return tuple(found)


_BRANCHES = _branches()


def branch_name(index: int) -> Name:
    """The name of the chain's branch number `index` (from 0). 2n and 2n+1 are in one town; names repeat with a number."""
    place = _BRANCHES[index % len(_BRANCHES)]
    again = index // len(_BRANCHES)
    number = f" {again + 1}" if again else ""
    return Name(f"{place.latin}{number}", f"{place.urdu}{number}")
