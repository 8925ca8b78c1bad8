// Owns splitting instances over calls by count and by bytes. Must not know what an instance is.
using System.Collections.Generic;

namespace PredictSchemata
{
    internal struct Piece
    {
        /// <summary>Its place among all.</summary>
        public int Index;

        /// <summary>Of its JSON text in UTF-8.</summary>
        public long Bytes;
    }

    internal sealed class Split
    {
        /// <summary>`{"instances":[]}`.</summary>
        public const int EnvelopeBytes = 16;

        public List<List<Piece>> Calls { get; } = new List<List<Piece>>();

        /// <summary>Pieces that are too long for any call.</summary>
        public List<Piece> TooLong { get; } = new List<Piece>();

        /// <summary>In order, each call as full as the limits allow.</summary>
        public static Split Of(IEnumerable<Piece> pieces, Limits limits)
        {
            var split = new Split();
            List<Piece> last = null;
            long bytes = 0;
            foreach (var piece in pieces)
            {
                if (EnvelopeBytes + piece.Bytes > limits.MaxBodyBytes)
                {
                    split.TooLong.Add(piece);
                    continue;
                }
                // One more for the comma.
                if (last != null && last.Count < limits.MaxInstances && bytes + piece.Bytes + 1 <= limits.MaxBodyBytes)
                {
                    last.Add(piece);
                    bytes += piece.Bytes + 1;
                }
                else
                {
                    last = new List<Piece> { piece };
                    split.Calls.Add(last);
                    bytes = EnvelopeBytes + piece.Bytes;
                }
            }
            return split;
        }
    }
}
