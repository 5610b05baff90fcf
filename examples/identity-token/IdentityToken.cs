// An identity token for coze-chat-widget with .NET alone. Prints one for the user given as argument.
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

static string Encode(byte[] data) => Convert.ToBase64String(data).TrimEnd('=').Replace('+', '-').Replace('/', '_');

static string Create(string userId, string secret, long now)
{
    var header = JsonSerializer.SerializeToUtf8Bytes(new { alg = "HS256", typ = "JWT" });
    var claims = JsonSerializer.SerializeToUtf8Bytes(new
    {
        iss = "https://shop.example", // CHAT_IDENTITY_ISSUER
        aud = "coze-chat", // CHAT_IDENTITY_AUDIENCE
        sub = userId, // text, the same for ever
        iat = now,
        exp = now + 300,
    });
    var signed = Encode(header) + "." + Encode(claims);
    return signed + "." + Encode(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(signed)));
}

var now = long.TryParse(Environment.GetEnvironmentVariable("NOW"), out var given)
    ? given
    : DateTimeOffset.UtcNow.ToUnixTimeSeconds();
Console.WriteLine(Create(args[0], Environment.GetEnvironmentVariable("CHAT_IDENTITY_SECRET")!, now));
