"""The help of `hitl start WORKFLOW`: which fields that workflow is started with."""

from __future__ import annotations

import click

from hitl.cli.answer_text import what_they_take
from hitl.cli.lookup import opened_engine
from hitl.forms.fields import fields_of

ARGUMENTS = "hitl.cli.start.arguments"
"""Key of the context's `meta` for what was typed behind `start`."""


class StartCommand(click.Command):
    """A command whose help ends with the fields of the workflow that is named beside `--help`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        ctx.meta[ARGUMENTS] = list(args)  # click prints the help before it reads the other arguments
        return super().parse_args(ctx, args)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        super().format_epilog(ctx, formatter)
        named = [word for word in ctx.meta.get(ARGUMENTS, []) if not word.startswith("-")]
        if not named:
            return
        with opened_engine() as engine:
            workflow = next((word for word in named if word in engine.workflows()), None)
            schema = engine.start_schema(workflow) if workflow else {}
        if workflow:
            lines = what_they_take(fields_of(schema)) or ["  none"]
            if schema.get("additionalProperties") is True:
                lines.append("  and any other, by the name by which the workflow's code reads it")
            formatter.write_paragraph()
            formatter.write("\n".join([f"Fields of {workflow}, for --field NAME=VALUE:", *lines, ""]))
