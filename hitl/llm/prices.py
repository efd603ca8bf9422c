"""The cost of model calls: by `HITL_PRICES`, else by the list prices that are installed with genai-prices."""

from __future__ import annotations

import logging

from hitl.llm.configured import OPENAI, ConfiguredModel
from hitl.llm.usage import Usage

log = logging.getLogger("hitl")


def dollars_of(usage: Usage, model: ConfiguredModel) -> float | None:
    """Estimated cost of a call at today's price, in US dollars; None if the price is unknown.

    The first list price loads genai-prices, which takes up to a second. It sends no request, and an error in it is
    logged, never raised.

    Args:
        usage: The tokens of the call.
        model: The model that is called, whose server's address says which provider's list prices apply.
    """
    price = model.price_override
    if price is None:
        return _list_dollars(usage, model)
    cached_price = price.input if price.cached is None else price.cached
    fresh = usage.input - usage.cached
    return (fresh * price.input + usage.cached * cached_price + usage.output * price.output) / 1_000_000


def _list_dollars(usage: Usage, model: ConfiguredModel) -> float | None:
    if model.is_local:  # no provider has an address of this machine, so the list need not be loaded
        return None
    try:
        from genai_prices import Usage as Tokens
        from genai_prices import calc_price

        tokens = Tokens(input_tokens=usage.input, cache_read_tokens=usage.cached, output_tokens=usage.output)
        address = OPENAI if model.is_openai else model.base  # the library takes only one spelling of it
        priced = calc_price(tokens, model.name, provider_api_url=address)
    except LookupError:  # no provider has this address, or it has no such model
        return None
    except Exception:  # a call does not fail because of its price
        log.warning("The price of %s at %s cannot be calculated", model.name, model.host, exc_info=True)
        return None
    price = priced.model_price
    if price.input_mtok is None or price.output_mtok is None:  # charged by something else than tokens, or not known
        return None
    return float(priced.total_price)
