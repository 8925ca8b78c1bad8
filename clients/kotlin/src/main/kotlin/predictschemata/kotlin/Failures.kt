// Owns reading a failure's facts as Kotlin has them: null where there are none.
package predictschemata.kotlin

import predictschemata.PredictException

/** The HTTP status, if there was an answer. */
public val PredictException.status: Int?
    get() = status().run { if (isPresent) asInt else null }

/** A reason of the contract's fixed list. */
public val PredictException.reason: String?
    get() = reason().orElse(null)

/** For the operator, who finds the cause in the log under it. */
public val PredictException.requestId: String?
    get() = requestId().orElse(null)
