"""A file becomes accepted and refused rows."""
