// Owns the error of an answer that is no success. Must not know how calls are made.
package predictschemata;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import predictschemata.PredictException.Facts;

final class ErrorAnswer {
  private ErrorAnswer() {}

  /**
   * @param requestIdHeader null when there is none
   * @param retryAfterHeader null when there is none
   * @param body a Status of the contract, or what a proxy wrote
   */
  static PredictException of(
      int status, String requestIdHeader, String retryAfterHeader, String body) {
    JsonObject error = member(parsed(body), "error");
    JsonObject info = infoOf(error);
    String requestId = requestIdHeader;
    if (requestId == null) requestId = text(member(info, "metadata"), "requestId");
    long wait = retryAfterSeconds(retryAfterHeader, Instant.now());
    Facts facts = new Facts(status, text(info, "reason"), requestId, wait);
    String message = text(error, "message");
    return ofStatus(
        status, message == null ? "The server answered " + status + "." : message, facts);
  }

  private static PredictException ofStatus(int status, String message, Facts facts) {
    return switch (status) {
      case 401 -> new PredictException.Authentication(message, facts, null);
      case 403 -> new PredictException.Permission(message, facts, null);
      case 404 -> new PredictException.NotFound(message, facts, null);
      case 429 -> new PredictException.RateLimited(message, facts, null);
      case 503 -> new PredictException.Unavailable(message, facts, null);
      case 504 -> new PredictException.Deadline(message, facts, null);
      default ->
          status >= 500
              ? new PredictException.Server(message, facts, null)
              : new PredictException.InvalidRequest(message, facts, null);
    };
  }

  /** Seconds, or a date (RFC 9110, section 10.2.3); 0 for anything else. */
  static long retryAfterSeconds(String header, Instant now) {
    if (header == null) return 0;
    String value = header.trim();
    if (value.matches("\\d{1,9}")) return Long.parseLong(value);
    try {
      Instant at = ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      Duration left = Duration.between(now, at);
      return left.isNegative() ? 0 : left.plusNanos(999_999_999).toSeconds();
    } catch (DateTimeException unreadable) {
      return 0;
    }
  }

  /** The first detail that has a reason. */
  private static JsonObject infoOf(JsonObject error) {
    if (error == null || !(error.get("details") instanceof JsonArray details)) return null;
    for (JsonElement detail : details) {
      if (detail instanceof JsonObject object && object.has("reason")) return object;
    }
    return null;
  }

  private static JsonObject parsed(String body) {
    try {
      return JsonParser.parseString(body) instanceof JsonObject object ? object : null;
    } catch (JsonParseException noJson) {
      return null;
    }
  }

  private static JsonObject member(JsonObject object, String key) {
    return object != null && object.get(key) instanceof JsonObject found ? found : null;
  }

  private static String text(JsonObject object, String key) {
    JsonElement found = object == null ? null : object.get(key);
    return found != null && found.isJsonPrimitive() ? found.getAsString() : null;
  }
}
