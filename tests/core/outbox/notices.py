"""Notices of mail servers about e-mails that could not be delivered (RFC 3464), as they come."""

REPORT = """From: MAILER-DAEMON@mail.example
To: post@fjellvik.example
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="cut"

--cut
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--cut
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example

Final-Recipient: rfc822; kari@example.org
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 5.1.1 User unknown

--cut
{original}
--cut--
"""
WHOLE = """Content-Type: message/rfc822

From: Fjellvik <post@fjellvik.example>
To: kari@example.org
Message-ID: <{message}@fjellvik.example>
Subject: A few questions

Kanari sang her.
"""
HEADERS = """Content-Type: text/rfc822-headers

From: Fjellvik <post@fjellvik.example>
MESSAGE-ID: <{message}@fjellvik.example>
"""


def notice(message, *, action="failed", status="5.1.1", original=WHOLE) -> bytes:
    told = original.format(message=message)
    return REPORT.format(action=action, status=status, original=told).replace("\n", "\r\n").encode()
