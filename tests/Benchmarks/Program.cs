using BenchmarkDotNet.Running;
using MoE.Benchmarks;
using MoE.Benchmarks.Gpu;
using MoE.Benchmarks.Pool;
using MoE.Compute.Data;
using MoE.Compute.Data.Csv;
using MoE.Compute.Data.Generators;

// The commands below write tables of docs/results.md; everything else is BenchmarkDotNet's.
switch (args)
{
    // SOURCE [CATEGORICAL,...]: where the time of a mixture goes
    case ["profile", var name, .. var rest]:
        using (IRowSource source = Generators.Has(name)
            ? new LimitedSource(Generators.Create(name, new GeneratorOptions()), limit: 100_000)
            : RowSources.Open(name, new CsvOptions { Categorical = rest.Length > 0 ? rest[0].Split(',') : [] }))
            Profile.Run(source, Console.Out);
        break;

    // SOURCE [CATEGORICAL,...]: how long a caller waits for a prediction while rows are learned
    case ["predict-latency", var name, .. var rest]:
        await PredictLatency.RunAsync(
            () => Generators.Has(name)
                ? new LimitedSource(Generators.Create(name, new GeneratorOptions()), limit: 200_000)
                : RowSources.Open(name, new CsvOptions { Categorical = rest.Length > 0 ? rest[0].Split(',') : [] }),
            Console.Out);
        break;

    // [ROWS [CHART.svg]]: accuracy of 1 to 256 routed experts
    case ["capacity", .. var rest]:
        Capacity.RunAccuracy(rest, Console.Out);
        break;

    // their speed
    case ["capacity-speed"]:
        Capacity.RunSpeed(Console.Out);
        break;

    // [ROWS [POOL]]: accuracy and cost where the networks are most of it
    case ["capacity-wide", .. var rest]:
        WideCapacity.Run(rest, Console.Out);
        break;

    // a class that appears in the middle of a stream
    case ["new-class"]:
        NewClass.Run(Console.Out);
        break;

    // how long learning stands still when the pool changes
    case ["pause"]:
        await Pause.RunAsync(Console.Out);
        break;

    // [FILE [CATEGORICAL,...]]: how evenly the routers spread the rows
    case ["balance", .. var rest]:
        Balance.Run(rest, Console.Out);
        break;

    // a concept that comes back
    case ["recurring"]:
        Recurring.Run(Console.Out);
        break;

    // FOLDER [VARIANT]: what the parts of the pool are worth
    case ["ablation", var folder, .. var rest]:
        Ablation.Run(folder, rest is [var only, ..] ? only : "", Console.Out);
        break;

    // FOLDER: what the growth policy had better watch
    case ["detectors", var folder]:
        Detectors.Run(folder, Console.Out);
        break;

    // FOLDER DOCUMENT: what scripts/gpu-measure.sh measured, as tables
    case ["gpu-tables", var folder, var document]:
        try
        {
            GpuTables.Write(folder, document);
        }
        catch (InvalidDataException e)
        {
            Console.Error.WriteLine(e.Message);
            return 1;
        }
        break;

    default:
        BenchmarkSwitcher.FromAssembly(typeof(Profile).Assembly).Run(args);
        break;
}
return 0;
