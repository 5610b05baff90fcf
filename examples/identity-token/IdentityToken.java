import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** An identity token for coze-chat-widget with Java's standard library. Prints one for the user given as argument. */
public class IdentityToken {
    static String encode(byte[] data) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(data);
    }

    static String create(String userId, String secret, long now) throws Exception {
        String header = "{\"alg\":\"HS256\",\"typ\":\"JWT\"}";
        // iss: CHAT_IDENTITY_ISSUER, aud: CHAT_IDENTITY_AUDIENCE, sub: text, the same for ever
        String claims = String.format(
            "{\"iss\":\"https://shop.example\",\"aud\":\"coze-chat\",\"sub\":\"%s\",\"iat\":%d,\"exp\":%d}",
            userId.replace("\\", "\\\\").replace("\"", "\\\""), now, now + 300);
        String signed = encode(header.getBytes(UTF_8)) + "." + encode(claims.getBytes(UTF_8));
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(secret.getBytes(UTF_8), "HmacSHA256"));
        return signed + "." + encode(mac.doFinal(signed.getBytes(UTF_8)));
    }

    public static void main(String[] arguments) throws Exception {
        String fixed = System.getenv("NOW");
        long now = fixed == null ? Instant.now().getEpochSecond() : Long.parseLong(fixed);
        System.out.println(create(arguments[0], System.getenv("CHAT_IDENTITY_SECRET"), now));
    }
}
