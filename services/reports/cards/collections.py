"""What is kept for report cards beside the cards themselves; `Store` names each."""

from schoolbus.store import Documents

CARD_TEMPLATES = Documents("card_templates", indexes=["branch_id retired title _id"], what="Card template")
CARD_TEMPLATE_EDITIONS = Documents(
    "card_template_editions", what="Card template"
)  # all there ever were: issued cards name them
REMARK_BANK = Documents("remark_bank", indexes=["branch_id tags _id"], what="Remark")
PAPER_TEXTS = Documents("paper_texts")  # by their digest: templates' sources, logos; services/reports/paper/editions.py
