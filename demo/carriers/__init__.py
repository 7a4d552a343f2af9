"""What schools buy from carriers, in one process on one's own machine: SMS, WhatsApp and e-mail by their real protocols."""
