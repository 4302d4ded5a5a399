"""What is the matter with a file or a folder: a word of [fault] in etl/words/reasons.toml.

What the system, Python and its libraries say of it is English, and for whoever develops.
"""

import errno
import lzma
import re
import zipfile
import zlib
from pathlib import Path

SYSTEM = {
    errno.ENOENT: "gone",
    errno.EACCES: "forbidden",
    errno.EPERM: "forbidden",
    errno.EROFS: "read_only",
    errno.EISDIR: "folder",
    errno.ENOTDIR: "no_folder",
    errno.EEXIST: "no_folder",
    errno.ESPIPE: "no_file",
    errno.ELOOP: "loop",
    errno.ENAMETOOLONG: "long_name",
    errno.EMFILE: "many_open",
    errno.ENFILE: "many_open",
    errno.EINVAL: "other",
    errno.EIO: "disk",
    errno.ESTALE: "disk",
    errno.ECONNREFUSED: "not_listening",
    errno.ECONNRESET: "hung_up",
    errno.EPIPE: "hung_up",
    errno.ETIMEDOUT: "silent",
    errno.EHOSTUNREACH: "no_way",
    errno.ENETUNREACH: "no_way",
}
# by the name of their kind: who asks may have loaded none of these libraries
KINDS = {
    "SSLCertVerificationError": "certificate",
    "gaierror": "unknown_host",
    "TimeoutError": "silent",
    "UnicodeDecodeError": "utf8",
    "NotImplementedError": "method",
    "EOFError": "cut",
    "ZstdError": "packed",
    "PanicException": "other",
}
PACKED = (zipfile.BadZipFile, zlib.error, lzma.LZMAError)
LIBRARIES = ("duckdb", "python_calamine")
OWN = ("BinderException", "CatalogException", "ParserException")  # of DuckDB, of our own making
# of an error that has no number, by what its text begins or ends with
TEXTS = {
    "toml_twice": "Cannot|Duplicate|There is no nest|An object other",
    "toml_value": "Invalid value|Invalid date|Invalid hex|Escaped character",
    "toml_key": "Expected '='|Invalid initial|Invalid statement|Found invalid",
    "toml_open": "Expected|Un(?:closed|terminated)|Illegal character",
    "toml_backslash": "Unescaped",
    "deep": "nested too deep|maximum recursion",
    "digits": "Exceeds the limit",
    "starttls": ".*STARTTLS",
    "no_sign_in": ".*AUTH",
    "hung_up": ".*unexpectedly closed",
    "json_record": ".*Malformed JSON",
    "password": ".*password",
    "cut": ".*(?:unexpected end|ended before|too small|magic bytes)",
    "large_record": ".*maximum_object_size",
}


def of(error: BaseException, said: str = "") -> str:
    """The word for an error that says so; of one that nobody foresaw what it says itself."""
    text, kind = said or str(error).split("\n", 1)[0], type(error)
    if isinstance(error, OSError) and error.errno:
        return KINDS.get(kind.__name__) or SYSTEM.get(error.errno, f"errno {error.errno}")
    if found := next((word for word, told in TEXTS.items() if re.match(told, text)), None):
        return found
    if isinstance(error, (OSError, *PACKED)):  # an OSError of bz2, which the system has no part in
        return "packed"
    if any(name in kind.__module__ for name in LIBRARIES) and kind.__name__ not in OWN:
        return "other"
    return KINDS.get(kind.__name__) or text[:200] or "other"


def standing(path: Path) -> str:
    """The word for what stands in a place where nothing of its kind belongs."""
    try:
        path.stat()
    except OSError as error:
        return "dangling" if error.errno == errno.ENOENT else of(error)
    return "folder" if path.is_dir() else "file" if path.is_file() else "no_file"
