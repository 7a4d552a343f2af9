"""What the simulator reads from the environment: its ports, and the same credentials as the platform."""

from dataclasses import dataclass

from schoolbus.settings import Url


@dataclass(frozen=True)
class Settings:
    http_port: int
    smtp_port: int
    public_url: Url  # of the platform: answers and WhatsApp's webhooks go below it; SMS receipts go where each message says
    sms_account_sid: str
    sms_auth_token: str
    sms_sender: str
    whatsapp_phone_number_id: str
    whatsapp_access_token: str
    whatsapp_app_secret: str
    whatsapp_verify_token: str
    http_host: str = "127.0.0.1"
    delivery_delay: float = 1.0  # seconds from one state of a message to the next
    callbacks: bool = True  # False: nothing is reported, as with a carrier that gives no receipts
