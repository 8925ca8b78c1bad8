// Owns what the assembly says about itself.
using System.Reflection;
using System.Runtime.CompilerServices;

[assembly: AssemblyTitle("PredictSchemata")]
[assembly: AssemblyVersion(PredictSchemata.Contract.Version)]
[assembly: InternalsVisibleTo("Units")]
