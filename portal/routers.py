"""Where the cache table lives when the cache is the embedded one."""

CACHE_APP_LABEL = "django_cache"  # the label Django gives the cache table's stand-in model


class CacheRouter:
    """Keep the cache table in its own SQLite file, so that counters never wait for the truth."""

    def db_for_read(self, model, **hints) -> str | None:
        return "cache" if model._meta.app_label == CACHE_APP_LABEL else None

    db_for_write = db_for_read

    def allow_migrate(self, db, app_label, **hints) -> bool:
        return (db == "cache") == (app_label == CACHE_APP_LABEL)
