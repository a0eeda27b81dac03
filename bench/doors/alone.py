"""The baselines: slack-bolt and botbuilder alone, answering each message with a fixed sentence.

    BASELINE=bolt|botbuilder uvicorn bench.doors.alone:asgi --port PORT

They keep nothing, look nobody up and judge nothing: what the platforms' own libraries cost.
"""

from __future__ import annotations

import json
import os

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

SENTENCE = "You may use Northwind Assistant with internal data."


def bolt() -> Starlette:
    from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
    from slack_bolt.async_app import AsyncApp
    from slack_bolt.authorization import AuthorizeResult
    from slack_sdk.web.async_client import AsyncWebClient

    token = os.environ["SLACK_BOT_TOKEN"]
    client = AsyncWebClient(token=token, base_url=os.environ["SLACK_API_URL"])

    async def authorize(**_: object) -> AuthorizeResult:
        return AuthorizeResult(
            enterprise_id=None, team_id="T0BENCH", bot_user_id="U0BOT", bot_id="B", bot_token=token
        )

    app = AsyncApp(
        client=client, signing_secret=os.environ["SLACK_SIGNING_SECRET"], authorize=authorize
    )

    @app.event("message")
    async def answer(event: dict[str, str]) -> None:
        await client.chat_postMessage(
            channel=event["channel"], thread_ts=event["ts"], text=SENTENCE
        )

    handler = AsyncSlackRequestHandler(app)

    async def endpoint(request: Request) -> Response:
        return await handler.handle(request)

    return Starlette(routes=[Route("/slack/events", endpoint, methods=["POST"])])


def botbuilder() -> Starlette:
    from botbuilder.core import CloudAdapterBase, TurnContext
    from botbuilder.schema import Activity
    from botframework.connector.auth import (
        AuthenticationConfiguration,
        BotFrameworkAuthenticationFactory,
        PasswordServiceClientCredentialFactory,
    )

    class Adapter(CloudAdapterBase):
        pass

    adapter = Adapter(
        BotFrameworkAuthenticationFactory.create(
            credential_factory=PasswordServiceClientCredentialFactory("", "", None),
            auth_configuration=AuthenticationConfiguration(),
        )
    )

    async def on_turn(context: TurnContext) -> None:
        await context.send_activity(SENTENCE)

    async def endpoint(request: Request) -> Response:
        activity = Activity().deserialize(json.loads(await request.body()))
        await adapter.process_activity("", activity, on_turn)
        return Response(status_code=202)

    return Starlette(routes=[Route("/api/messages", endpoint, methods=["POST"])])


asgi = {"bolt": bolt, "botbuilder": botbuilder}[os.environ["BASELINE"]]()
