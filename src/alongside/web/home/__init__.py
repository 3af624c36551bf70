"""The start page, the language, the health check, and the page on who may see and do what."""
