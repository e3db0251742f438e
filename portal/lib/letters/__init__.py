"""The one outbox of letters: what any app sends by e-mail, at most once each, whatever the mail server does.

An app names its kinds of letter when it is loaded and posts letters in the transaction of their reason:

    kinds.register(Kind("kb.article_changed", label=_("…"), compose=compose_changed))    # in AppConfig.ready
    services.post(kind="kb.article_changed", key=f"kb.article_changed:{row.pk}", recipient=…, language=…)

The words are made when the letter is sent, by `compose`, in the recipient's language; so no second copy of what a
letter is about exists. `kinds`, `services` and `tasks` are for other apps; nobody sends mail about its own things by
another way (the codes of allauth apart, which must leave in the request).
"""
