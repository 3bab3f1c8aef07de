"""Messages to people outside the site: SMS, Zalo, e-mail. Written as rows, sent by a job, wiped once sent.

Nouns: Message, Gateway. Import from the modules: `core.messages.outbox` (enqueue_message), `core.messages.gateways`.
"""
