"""The public address of this installation: what is printed on paper leads here."""

_address = ["http://127.0.0.1:8000"]


def install(address: str) -> None:
    """Set the address ("https://shixun.example.gov.cn"); the assembly does it once at start."""
    _address[:] = [address.rstrip("/")]


def verification_url(token: str) -> str:
    """Where anyone verifies a certificate; its QR code holds this and nothing else."""
    return f"{_address[0]}/verify/{token}"
