"""An identity token for coze-chat-widget with Python's standard library. Prints one for the user given as argument."""
import base64, hashlib, hmac, json, os, sys, time


def encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def identity_token(user_id: str, secret: str, now: int) -> str:
    header = {"alg": "HS256", "typ": "JWT"}
    claims = {
        "iss": "https://shop.example",  # CHAT_IDENTITY_ISSUER
        "aud": "coze-chat",  # CHAT_IDENTITY_AUDIENCE
        "sub": user_id,  # text, the same for ever
        "iat": now,
        "exp": now + 300,
    }
    signed = ".".join(encode(json.dumps(part, separators=(",", ":")).encode()) for part in (header, claims))
    return signed + "." + encode(hmac.new(secret.encode(), signed.encode(), hashlib.sha256).digest())


if __name__ == "__main__":
    now = int(os.environ.get("NOW", time.time()))
    print(identity_token(sys.argv[1], os.environ["CHAT_IDENTITY_SECRET"], now))
