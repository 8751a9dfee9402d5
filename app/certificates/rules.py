"""Pure rules of certificates: numbers, and names that anyone may see."""

from app.certificates.states import NUMBER_DIGITS, PREFIXES, CertificateKind

_SHORT = 2


def number_of(kind: CertificateKind, year: int, place: int) -> str:
    """The number of the place-th certificate of its kind in a year, as printed: XSZM-2026-000123."""
    return f"{PREFIXES[kind]}-{year}-{place:0{NUMBER_DIGITS}d}"


def masked_name(name: str) -> str:
    """A name as the public sees it: first and last character, of two only the first: 张*三, 李*."""
    if len(name) <= _SHORT:
        return name[:1] + "*"
    return name[0] + "*" * (len(name) - 2) + name[-1]
