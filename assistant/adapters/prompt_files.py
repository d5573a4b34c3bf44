"""Reading the versioned prompt files; a mistake in one is an error that names file and place."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from hashlib import sha256
from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import ValidationError

from assistant.adapters.yaml_files import parsed
from assistant.errors import PromptFileError
from assistant.records import ROLES, Codebook, Consent, Cues, Guide, Phrases, Record

R = TypeVar("R", bound=Record)


def read_record(path: Path, kind: type[R]) -> R:
    """The file as a record of `kind`. Unknown and missing keys are errors.

    Raises PromptFileError, one line for each mistake: file, place in the file, what is wrong.
    """
    try:
        content = parsed(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as wrong:
        raise PromptFileError(f"{path.name}: cannot be read ({type(wrong).__name__})") from wrong
    except yaml.YAMLError as wrong:
        raise PromptFileError(f"{path.name}: not valid YAML: {wrong}") from wrong
    try:
        return kind.model_validate(content)
    except ValidationError as wrong:
        mistakes = [
            f"{path.name}: {'.'.join(map(str, e['loc'])) or 'file'}: {e['msg']}"
            for e in wrong.errors()
        ]
        raise PromptFileError("\n".join(mistakes)) from None


def read_guides(prompts: Path) -> dict[str, Guide]:
    """Every version of every guide by its name, e.g. `resident.v1`; each role has one at least.

    Raises PromptFileError for a mistake, a role without a guide, or a file named for another.
    """
    for role in ROLES:
        newest(prompts / "guides", role)
    guides = {}
    for path in sorted((prompts / "guides").glob("*.yaml")):
        guide = read_record(path, Guide)
        if path.name != f"{guide.name}.yaml":
            raise PromptFileError(f"{path.name}: says it is {guide.name}")
        guides[guide.name] = guide
    return guides


def read_codebook(prompts: Path, paragraphs: Collection[str]) -> Codebook:
    """The newest codebook. Raises PromptFileError when a code names no paragraph of the essay."""
    path = newest(prompts, "codebook")
    codebook = read_record(path, Codebook)
    unknown = codebook.unknown_paragraphs(frozenset(paragraphs))
    if unknown:
        raise PromptFileError(f"{path.name}: the essay has no paragraph {', '.join(unknown)}")
    return codebook


def read_consent(prompts: Path) -> Consent:
    """The newest consent text."""
    return read_record(newest(prompts, "consent"), Consent)


def read_cues(prompts: Path) -> Cues:
    """The newest cues."""
    return read_record(newest(prompts, "cues"), Cues)


def read_phrases(prompts: Path) -> Phrases:
    """The newest phrases."""
    return read_record(newest(prompts, "phrases"), Phrases)


def check_versions(prompts: Path) -> Iterator[str]:
    """What differs from `versions.lock`: a version, once used, is never edited; a new one is added.

    One sentence for each file that was changed, added or removed without being locked.
    """
    lock = prompts / "versions.lock"
    try:
        lines = lock.read_text("utf-8").splitlines()
    except OSError as wrong:
        raise PromptFileError(f"{lock.name}: cannot be read ({type(wrong).__name__})") from wrong
    if any(len(line.split(maxsplit=1)) != 2 for line in lines):
        raise PromptFileError(f"{lock.name}: every line is a digest and a name; `make versions`")
    locked = {name: digest for digest, name in (line.split(maxsplit=1) for line in lines)}
    found = {
        path.relative_to(prompts).as_posix(): sha256(path.read_text("utf-8").encode()).hexdigest()
        for path in sorted((*prompts.rglob("*.yaml"), *prompts.rglob("*.md")))
        if path.name != "README.md"
    }
    for name in sorted(locked.keys() | found.keys()):
        if locked.get(name) != found.get(name):
            yield f"{name}: not as versions.lock has it. Add a new version, then `make versions`."


def newest(folder: Path, name: str, kind: str = "yaml") -> Path:
    """The file `<name>.v<N>.<kind>` with the highest N. Raises PromptFileError if there is none."""
    versions = {
        int(path.name.split(".v")[1].split(".")[0]): path
        for path in folder.glob(f"{name}.v[0-9]*.{kind}")
    }
    if not versions:
        raise PromptFileError(f"{name}.v<N>.{kind}: no such file in the prompts folder")
    return versions[max(versions)]
