"""Django's settings. What an installation may set is in environment.py."""

from pathlib import Path

from alongside.core.kit import sqlite

sqlite.stand_in()
sqlite.refuse_faulty()

from csp.constants import NONE, SELF  # noqa: E402 - the SQLite build has to stand in first
from django.conf import global_settings, locale  # noqa: E402

from alongside.config import environment  # noqa: E402

SOURCE = Path(__file__).resolve().parents[1]
DEMO = environment.IS_DEMO
DATA_FOLDER = environment.HOME
DEBUG = False
SECRET_KEY = environment.secret_key()
ALLOWED_HOSTS = environment.HOSTS
CLOCK = "alongside.core.kit.clock.system"
ADDRESS = environment.ADDRESS
SMTP_URL = environment.SMTP_URL
MAIL_FROM = environment.MAIL_FROM

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "alongside.core.access",
    "alongside.core.outbox",
    "alongside.commons.places",
    "alongside.commons.people",
    "alongside.commons.catalogue",
    "alongside.commons.forms",
    "alongside.assess.surveys",
    "alongside.web",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "alongside.web.shell.bodies.BodyMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "alongside.web.shell.middleware.ActorMiddleware",
    "alongside.web.shell.middleware.RefusalMiddleware",
]

ROOT_URLCONF = "alongside.config.urls_demo" if DEMO else "alongside.config.urls"
WSGI_APPLICATION = "alongside.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [SOURCE / "web" / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {"environment": "alongside.web.shell.jinja.environment"},
    },
]

DATABASES = {"default": environment.database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "access.User"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "/sign-in"

SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_NAME = "alongside"
CSRF_COOKIE_NAME = "alongside_form"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "alongside.web.shell.errors.form_expired"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if environment.HTTPS:
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
if environment.BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "style-src": [SELF],
        "script-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

# Prefixes stand in urls.py without a closing slash, so that `places` and `places/7` are one file's business.
SILENCED_SYSTEM_CHECKS = ["urls.W002"]

USE_TZ = True
TIME_ZONE = environment.TIME_ZONE
# What somebody reads whose own language nobody knows, and in which messages to her go out.
LANGUAGE_CODE = environment.LANGUAGE
# Each language by its own name; a folder of locale/ holds its words.
LANGUAGES = [("en", "English"), ("nb", "Norsk bokmål")]
if LANGUAGE_CODE not in dict(LANGUAGES):
    raise ValueError(f"ALONGSIDE_LANGUAGE is {LANGUAGE_CODE!r}; it can be {' or '.join(dict(LANGUAGES))}.")
# Who asks for Norwegian, or for Nynorsk, reads Bokmål sooner than English.
locale.LANG_INFO["no"]["fallback"] = locale.LANG_INFO["nn"]["fallback"] = ["nb"]
# The pseudo-locale proves that every text can be translated and that pages work from right to left.
PSEUDO_LOCALE = "qps-plocm"
locale.LANG_INFO[PSEUDO_LOCALE] = {
    "bidi": True,
    "code": PSEUDO_LOCALE,
    "name": "Right-to-left test",
    "name_local": "Right-to-left test",
}
LANGUAGES_BIDI = [*global_settings.LANGUAGES_BIDI, PSEUDO_LOCALE.split("-", maxsplit=1)[0]]
if environment.PSEUDO_LOCALE:
    LANGUAGES.append((PSEUDO_LOCALE, "Right-to-left test"))
LOCALE_PATHS = [SOURCE / "locale"]
LANGUAGE_COOKIE_NAME = "alongside_language"

STATIC_URL = "static/"
STATICFILES_DIRS = [SOURCE / "web" / "static"]
STATIC_ROOT = environment.HOME / "static"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
WHITENOISE_MAX_AGE = 3600

# What a log line may hold is told in quiet.py.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"quiet": {"()": "alongside.config.quiet.QuietFormatter"}},
    "filters": {"without address": {"()": "alongside.config.quiet.WithoutAddress"}},
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": "quiet"},
        "requests": {"class": "logging.StreamHandler", "formatter": "quiet", "filters": ["without address"]},
    },
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "alongside": {"level": "INFO"},
        "django": {"handlers": ["stderr"], "level": "ERROR", "propagate": False},
        "django.request": {"handlers": ["requests"], "level": "ERROR", "propagate": False},
        "django.security": {"level": "CRITICAL"},
    },
}
