using BenchmarkDotNet.Running;
using MoE.Benchmarks;
using MoE.Compute.Data;
using MoE.Compute.Data.Csv;
using MoE.Compute.Data.Generators;

// profile SOURCE [CATEGORICAL,...]: where the time of a mixture goes; everything else is BenchmarkDotNet's.
if (args is not ["profile", var name, .. var rest])
{
    BenchmarkSwitcher.FromAssembly(typeof(Profile).Assembly).Run(args);
    return;
}
using IRowSource source = Generators.Has(name)
    ? new LimitedSource(Generators.Create(name, new GeneratorOptions()), limit: 100_000)
    : RowSources.Open(name, new CsvOptions { Categorical = rest.Length > 0 ? rest[0].Split(',') : [] });
Profile.Run(source, Console.Out);
