"""The page of everybody who may open no other; pages/main.py puts it at whatever address they
came by."""

from pages.door import account

account.sign_in_page()
