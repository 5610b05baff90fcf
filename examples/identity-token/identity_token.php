<?php
// An identity token for coze-chat-widget without packages. Prints one for the user given as argument.

function encode(string $data): string
{
    return rtrim(strtr(base64_encode($data), '+/', '-_'), '=');
}

function identity_token(string $userId, string $secret, int $now): string
{
    $header = ['alg' => 'HS256', 'typ' => 'JWT'];
    $claims = [
        'iss' => 'https://shop.example', // CHAT_IDENTITY_ISSUER
        'aud' => 'coze-chat', // CHAT_IDENTITY_AUDIENCE
        'sub' => $userId, // text, the same for ever
        'iat' => $now,
        'exp' => $now + 300,
    ];
    $json = fn(array $part): string => json_encode($part, JSON_UNESCAPED_SLASHES | JSON_THROW_ON_ERROR);
    $signed = encode($json($header)) . '.' . encode($json($claims));
    return $signed . '.' . encode(hash_hmac('sha256', $signed, $secret, true));
}

echo identity_token($argv[1], getenv('CHAT_IDENTITY_SECRET'), (int) (getenv('NOW') ?: time())), "\n";
