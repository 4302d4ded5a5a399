"""A digest as a message: text and HTML, and nothing that a mail program would fetch."""

import hashlib
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

from etl.insight.digest.render import Document, html_document, plain, plain_text
from etl.mail.settings import Recipient
from etl.words.words import Words


def of(
    sender: Address, recipient: Recipient, document: Document, build_id: str, now: datetime
) -> EmailMessage:
    """The message to a recipient. Its id says build and address: a mail that came twice all the
    same is known as one."""
    foot = Words(recipient.language).gettext(
        "This mail goes to {address}, as whoever runs Maillage has settled: ask them to change it.",
        address=recipient.address,
    )
    told = Document(document.language, document.title, document.lines, document.sections, foot)
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["To"] = Address(recipient.name, addr_spec=recipient.address)
    message["Subject"] = plain(document.title)
    message["Date"] = now
    message["Message-ID"] = f"<{_id(build_id, recipient.address)}@{sender.domain}>"
    message["Auto-Submitted"] = "auto-generated"  # no answer of an absent reader
    message.set_content(plain_text(told))
    message.add_alternative(html_document(told), subtype="html")
    message["Content-Language"] = recipient.language  # before, it would be that of a part
    return message


def _id(build_id: str, address: str) -> str:
    return hashlib.sha256(f"{build_id} {address.casefold()}".encode()).hexdigest()[:32]
