"""Messages: queued in the transaction of what they tell of, sent afterwards by a leased worker.

E-mails and letters. Knows core.access and core.kit only: who a recipient is, and what a message says, is
passed in when it is sent. A row holds an id and the name of a template, never a name, an address or a word.
"""
