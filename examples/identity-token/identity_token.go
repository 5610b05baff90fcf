// An identity token for coze-chat-widget with Go's standard library. Prints one for the user given as argument.
package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"time"
)

func encode(data []byte) string { return base64.RawURLEncoding.EncodeToString(data) }

func identityToken(userID, secret string, now int64) (string, error) {
	header := `{"alg":"HS256","typ":"JWT"}`
	claims, err := json.Marshal(struct {
		Iss string `json:"iss"` // CHAT_IDENTITY_ISSUER
		Aud string `json:"aud"` // CHAT_IDENTITY_AUDIENCE
		Sub string `json:"sub"` // text, the same for ever
		Iat int64  `json:"iat"`
		Exp int64  `json:"exp"`
	}{"https://shop.example", "coze-chat", userID, now, now + 300})
	if err != nil {
		return "", err
	}
	signed := encode([]byte(header)) + "." + encode(claims)
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(signed))
	return signed + "." + encode(mac.Sum(nil)), nil
}

func main() {
	now := time.Now().Unix()
	if fixed, err := strconv.ParseInt(os.Getenv("NOW"), 10, 64); err == nil {
		now = fixed
	}
	token, err := identityToken(os.Args[1], os.Getenv("CHAT_IDENTITY_SECRET"), now)
	if err != nil {
		panic(err)
	}
	fmt.Println(token)
}
