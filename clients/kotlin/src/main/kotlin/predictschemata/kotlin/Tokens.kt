// Owns where bearer tokens come from, beside the Java client's ways.
package predictschemata.kotlin

import kotlinx.coroutines.runBlocking
import predictschemata.TokenProvider

/** A token for every call. */
public fun bearer(token: String): TokenProvider = TokenProvider { token }

/**
 * Asked for a token before each call, one question at a time; calls that wait meanwhile take its answer. Cancelled with the call that asks.
 *
 * @param provide gets the token that the server has just answered with 401, or null: give a fresh one then
 */
public fun bearer(provide: suspend (refused: String?) -> String): TokenProvider =
    // On a thread of the call's own, which may wait.
    TokenProvider { refused -> runBlocking { provide(refused) } }
