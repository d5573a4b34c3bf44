"""Settings: environment and `.env`, with the prefix `LANGE_ADEM_`, read once in bootstrap."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from dotenv import dotenv_values
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
)
from pydantic_settings import BaseSettings, SettingsConfigDict

from assistant.errors import SettingsError

PREFIX = "LANGE_ADEM_"
DEBUG = PREFIX + "DEBUG"  # read by the command line alone: show where an error came from
_HERE = Path(__file__).resolve().parent


def shipped(name: str) -> Path:
    """Where a folder that ships with us (`prompts`, `corpus`) stands: in a checkout or a wheel."""
    beside = _HERE.parent / name
    return beside if beside.is_dir() else _HERE / "_shipped" / name


class EmbeddingSettings(BaseModel):
    """An embeddings endpoint that speaks OpenAI's `/v1/embeddings`."""

    model_config = ConfigDict(frozen=True)

    url: str
    model: str
    key: SecretStr | None
    query_seconds: float
    build_seconds: float


class ChatSettings(BaseModel):
    """A chat endpoint that speaks OpenAI's `/v1/chat/completions`."""

    model_config = ConfigDict(frozen=True)

    url: str
    model: str
    key: SecretStr | None
    seconds: float
    workers: int


class Settings(BaseSettings):
    """What can be set, with defaults that run a whole interview with no model and no network."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file=".env",
        env_file_encoding="utf-8",
        extra="ignore",
        frozen=True,
        env_ignore_empty=True,
    )

    data_dir: Path = Field(Path("data"), description="where the store and the corpus index live")
    index_dir: Path = Field(
        default_factory=lambda given: given["data_dir"] / "index",
        description="where the corpus index lives, which answers never enter; unset: in data_dir",
    )
    database_url: str | None = Field(None, description="SQLAlchemy URL; unset: SQLite in data_dir")
    prompts_dir: Path = Field(default_factory=lambda: shipped("prompts"))
    corpus_dir: Path = Field(default_factory=lambda: shipped("corpus"))
    host: str = "127.0.0.1"
    port: int = Field(8501, ge=1, le=65535)
    answer_limit: int = Field(
        10_000, ge=200, le=100_000, description="characters kept of an answer"
    )
    embedding_model: str | None = Field(
        None, description="name of an embeddings model; unset: the embedding that ships with us"
    )
    embedding_url: str | None = Field(
        None, pattern=r"^https?://[^/?#\s]+", description="where embeddings are asked for"
    )
    embedding_key: SecretStr | None = Field(None, description="the key of embedding_url")
    chat_model: str | None = Field(
        None,
        pattern=r"\S",
        description="name of a language model; unset: none is used, and none is needed",
    )
    chat_url: str | None = Field(
        None, pattern=r"^https?://[^/?#\s]+", description="where the language model is asked"
    )
    chat_key: SecretStr | None = Field(None, description="the key of chat_url")
    coding_seconds: float = Field(
        60.0, gt=0, le=600, description="how long the model may take to code one answer, at most"
    )
    coding_workers: int = Field(
        2, ge=1, le=16, description="how many answers the model codes at once, behind the interview"
    )
    openai_base_url: str = Field(
        "https://api.openai.com/v1",
        pattern=r"^https?://[^/?#\s]+",
        validation_alias="OPENAI_BASE_URL",
    )
    openai_api_key: SecretStr | None = Field(None, validation_alias="OPENAI_API_KEY")
    embedding_seconds: float = Field(
        2.0, gt=0, le=30, description="how long a search waits for an embedding, at most"
    )
    research_password: SecretStr | None = Field(
        None, min_length=12, description="lets researchers add documents on the library page"
    )
    stretches_per_cell: int = Field(30, ge=1, le=500, description="quoted stretches shown per cell")

    @field_validator("database_url")
    @classmethod
    def _is_a_known_database(cls, url: str | None) -> str | None:
        if url and not url.startswith(("sqlite", "postgresql")):
            raise ValueError("use sqlite:///… or postgresql://…")
        return url or None

    @property
    def store_url(self) -> str:
        """The SQLAlchemy URL of the store; PostgreSQL always by the psycopg driver."""
        if self.database_url is None:
            return f"sqlite:///{self.data_dir / 'lange-adem.sqlite'}"
        return self.database_url.replace("postgresql://", "postgresql+psycopg://", 1)

    @property
    def embedding(self) -> EmbeddingSettings | None:
        """The endpoint for embeddings; None when the one that ships with us is used."""
        if not self.embedding_model:
            return None
        return EmbeddingSettings(
            url=self._endpoint(self.embedding_url),
            model=self.embedding_model,
            key=self.embedding_key or self._account(self.embedding_url),
            query_seconds=self.embedding_seconds,
            build_seconds=60.0,
        )

    @property
    def chat(self) -> ChatSettings | None:
        """The endpoint of the language model; None when none is used."""
        if not self.chat_model:
            return None
        return ChatSettings(
            url=self._endpoint(self.chat_url),
            model=self.chat_model,
            key=self.chat_key or self._account(self.chat_url),
            seconds=self.coding_seconds,
            workers=self.coding_workers,
        )

    def _endpoint(self, own: str | None) -> str:
        return (own or self.openai_base_url).rstrip("/")

    def _account(self, own: str | None) -> SecretStr | None:
        """The key of one's account with OpenAI, which is not shown to another endpoint."""
        return self.openai_api_key if own is None else None

    @property
    def shelf_dir(self) -> Path:
        """Where the text of added documents is kept."""
        return self.data_dir / "documents"


def read_settings() -> Settings:
    """Settings from the environment and `.env`.

    Raises SettingsError naming each setting that is wrong, never its value: it may be a secret.
    """
    try:
        settings, unknown = Settings(), unknown_names(dotenv_values(".env", encoding="utf-8"))
    except ValidationError as wrong:
        lines = [f"{_named(e['loc'])}: {e['msg']}" for e in wrong.errors()]
        raise SettingsError("Check the environment or .env:\n  " + "\n  ".join(lines)) from None
    except (OSError, UnicodeDecodeError) as wrong:
        raise SettingsError(f".env cannot be read as UTF-8 text ({type(wrong).__name__})") from None
    if unknown:
        raise SettingsError(f".env: no setting goes by the name {', '.join(unknown)}")
    return settings


def _named(place: tuple[int | str, ...]) -> str:
    """The variable that a mistake is in, as people set it."""
    name = ".".join(map(str, place)).upper()
    return name if name.startswith((PREFIX, "OPENAI_")) else PREFIX + name


def unknown_names(given: Iterable[str]) -> list[str]:
    """Names with our prefix that no setting has: mostly typing errors. Others' names are theirs."""
    known = {PREFIX + name.upper() for name in Settings.model_fields} | {DEBUG}
    return sorted(name for name in given if name.startswith(PREFIX) and name not in known)
