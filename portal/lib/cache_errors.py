"""What a cache raises when it cannot be reached, whichever of the supported ones it is."""

from django.db import DatabaseError

try:
    from redis.exceptions import RedisError
except ImportError:  # requirements-scale.txt only
    CACHE_ERRORS: tuple[type[Exception], ...] = (DatabaseError, OSError)
else:
    CACHE_ERRORS = (DatabaseError, OSError, RedisError)
