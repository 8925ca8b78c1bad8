// Owns what the shared code asks of an algorithm; the generated Algorithms.cs answers. Must not know which algorithms there are.
using System.Collections.Generic;

namespace PredictSchemata
{
    /// <summary>An empty field is one that the algorithm does not take.</summary>
    public sealed class AlgorithmFacts
    {
        internal AlgorithmFacts(
            string name, int sampleRateHz, string fileField, string uriField, string uriTokenField, string resultField, IReadOnlyList<string> resultNames)
        {
            Name = name;
            SampleRateHz = sampleRateHz;
            FileField = fileField;
            UriField = uriField;
            UriTokenField = uriTokenField;
            ResultField = resultField;
            ResultNames = resultNames;
        }

        /// <summary>In the contract, and the endpoint's name unless another is given.</summary>
        public string Name { get; }

        /// <summary>The rate that samples are taken to have unless they come with another.</summary>
        public int SampleRateHz { get; }

        /// <summary>The field of an instance that takes a file in base64.</summary>
        public string FileField { get; }

        /// <summary>The field of an instance that takes an address.</summary>
        public string UriField { get; }

        public string UriTokenField { get; }

        /// <summary>The field of a prediction that holds its result.</summary>
        public string ResultField { get; }

        /// <summary>The members of a result that is an object, in the contract's order.</summary>
        public IReadOnlyList<string> ResultNames { get; }
    }

    /// <summary>An algorithm with the types of its calls.</summary>
    public sealed class Algorithm<TRequest, TResponse, TPrediction>
    {
        internal Algorithm(AlgorithmFacts facts)
        {
            Facts = facts;
        }

        public AlgorithmFacts Facts { get; }
    }

    /// <summary>For programs that learn an algorithm's name at run time.</summary>
    public interface IAlgorithmVisitor<T>
    {
        T Visit<TRequest, TResponse, TPrediction>(Algorithm<TRequest, TResponse, TPrediction> algorithm);
    }
}
