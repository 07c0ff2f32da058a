# Speaks with the official SDK as its documentation shows it; prints what came as one line of JSON.
# Run: python openai-sdk.py BASE_URL
import asyncio
import json
import sys

from openai import AsyncOpenAI, BadRequestError, NotFoundError, OpenAI

base_url = sys.argv[1]
client = OpenAI(base_url=base_url, api_key="none", max_retries=0)
seen = {}

seen["whole"] = client.audio.speech.create(model="tts-1", voice="alloy", input="Hello from Python.").content[:3].hex()

with client.audio.speech.with_streaming_response.create(
    model="gpt-4o-mini-tts", voice="coral", input="One. Two. Three.", response_format="pcm", extra_body={"seed": 7}
) as response:
    seen["content_type"] = response.headers["content-type"]
    pcm = b"".join(response.iter_bytes(1024))
seen["pcm_bytes"] = len(pcm)

for name, wrong in (("bad", {"input": "", "voice": "alloy"}), ("missing", {"input": "Hi", "voice": "nobody"})):
    try:
        client.audio.speech.create(model="tts-1", **wrong)
    except (BadRequestError, NotFoundError) as error:
        seen[name] = [type(error).__name__, error.status_code, error.code, error.param]

seen["models"] = [model.id for model in client.models.list()]
seen["model"] = client.models.retrieve("tts-1").id


async def speak_async() -> bytes:
    async with AsyncOpenAI(base_url=base_url, api_key="none") as aclient:
        async with aclient.audio.speech.with_streaming_response.create(
            model="tts-1", voice="coral", input="One. Two. Three.", response_format="pcm", extra_body={"seed": 7}
        ) as response:
            return b"".join([part async for part in response.iter_bytes()])


seen["async_is_same"] = asyncio.run(speak_async()) == pcm
print(json.dumps(seen))
