"""A person's own devices."""

from schoolbus.service import api
from services.notifications.pushing import devices, schemas, sealing


class Pushing:
    @api("GET", "/v1/devices", gives=schemas.Devices, may="see own messages")
    def my_devices(self, caller):
        """The devices that show me what is new"""
        return {"items": devices.mine(self.store, caller)}

    @api("GET", "/v1/devices/push-key", gives=schemas.PushKey, may="see own messages")
    def push_key(self, caller):
        """The key by which a browser subscribes"""
        pems = sealing.keys_of(self.settings.vapid_private_key)
        return {"public_key": sealing.public_key(pems[0]) if pems else None}

    @api("POST", "/v1/devices", takes=schemas.DeviceDraft, gives=schemas.Device, status=201, may="see own messages")
    def register_device(self, caller, draft):
        """Have what is new shown on this device"""
        settings = self.settings
        key, private = settings.vapid_private_key, settings.webhook_allow_private
        return devices.register(self.store, caller, draft, key=key, allow_private=private)

    @api("DELETE", "/v1/devices/{device_id}", may="see own messages")
    def remove_device(self, caller, device_id):
        """Show nothing more on a device"""
        devices.remove(self.store, caller, device_id)
