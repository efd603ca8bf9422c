"""What reading one file may take."""

from __future__ import annotations

from dataclasses import dataclass

from hitl.settings import Settings

MEGABYTE = 1_000_000


@dataclass(frozen=True)
class ReadLimits:
    """The most that one file may have, and that reading it may take."""

    file_megabytes: int = 20
    """Size of the file, in megabytes of 10⁶ bytes."""
    seconds: int = 60
    """Time in which it has to be read."""
    memory_megabytes: int = 1000
    """Memory of the process that reads it, in megabytes of 10⁶ bytes, beyond what it has when idle."""
    pages: int = 5000
    """Pages or slides."""
    characters: int = 20_000_000
    """Characters of its text: about a hundred thick books."""
    unpacked_megabytes: int = 500
    """Size of what a compressed file unpacks to, in megabytes of 10⁶ bytes."""

    @classmethod
    def of(cls, settings: Settings) -> ReadLimits:
        """The limits that the settings name."""
        return cls(
            file_megabytes=settings.upload_megabytes,
            seconds=settings.reading_seconds,
            memory_megabytes=settings.reading_megabytes,
            pages=settings.reading_pages,
            characters=settings.reading_characters,
            unpacked_megabytes=settings.reading_unpacked_megabytes,
        )


USUAL_LIMITS = ReadLimits()


class OverLimit(Exception):
    """A file has more than the limits allow; the message goes on after its name: `holds more than 5,000 pages`."""
