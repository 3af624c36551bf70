"""The start page, the language, the health check, who may see and do what, and how we compute."""
