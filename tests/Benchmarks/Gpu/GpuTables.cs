using System.Globalization;
using System.Text.Json.Nodes;
using MoE.Benchmarks.Pool;
using static MoE.Benchmarks.Gpu.MeasuredFolder;

namespace MoE.Benchmarks.Gpu;

/// <summary>Writes the tables of docs/results.md from what scripts/gpu-measure.sh measured.</summary>
internal static class GpuTables
{
    private const string None = "-";

    /// <summary>Puts the tables of a folder between the marks of a document.</summary>
    /// <exception cref="InvalidDataException">The folder holds no measurement, or the document no marks.</exception>
    public static void Write(string folder, string document) =>
        File.WriteAllText(document, MarkedSection.Replace(File.ReadAllText(document), Tables(folder)));

    /// <summary>The tables of a folder, in Markdown.</summary>
    /// <exception cref="InvalidDataException">The folder holds no measurement.</exception>
    public static string Tables(string folder)
    {
        var measured = new MeasuredFolder(folder);
        using var output = new StringWriter { NewLine = "\n" };
        WriteMachine(measured, output);
        WriteSelftest(measured, output);
        if (measured.Read("bench") is { } bench)
            BenchTables.Write(bench, measured.Device, output);
        WriteStreams(measured, output);
        WriteYardstick(measured, output);
        WriteSteps(measured, output);
        return output.ToString();
    }

    private static void WriteMachine(MeasuredFolder measured, StringWriter output)
    {
        var facts = measured.Facts;
        output.WriteLine("### GPUs");
        output.WriteLine();
        output.WriteLine("Written by `scripts/gpu-tables.sh` from one run of `scripts/gpu-measure.sh`.");
        var table = new Table(output, "what", "value");
        table.Add("device", $"{measured.Device}: {Described(measured)}");
        if (Text(facts["gpu"]) is { Length: > 0 } gpu)
            foreach (var (field, value) in Text(facts["gpuFields"]).Split(',').Zip(gpu.Split(',')))
                table.Add(field, value.Trim());
        table.Add("processor", $"{Text(facts["processor"])}, {Number(facts["threads"])} threads");
        table.Add("moe", Text(facts["version"]));
        if (measured.Read("clocks") is { } clocks && Items(clocks["values"]).ToList() is [_, ..] values)
            foreach (var (field, at) in Text(clocks["fields"]).Split(',').Select((field, at) => (field, at)))
                table.Add($"{field}, highest and lowest while measured",
                    Range(values.Select(v => Text(v).Split(',')[at])));
    }

    private static string Described(MeasuredFolder measured) =>
        Items(measured.Read("devices")?["devices"]).Where(device => Text(device["name"]) == measured.Device)
            .Select(device => Text(device["description"])).FirstOrDefault(None);

    private static string Range(IEnumerable<string> cells)
    {
        var numbers = cells.Select(cell => cell.Trim().Split(' ')[0])
            .Where(cell => double.TryParse(cell, CultureInfo.InvariantCulture, out _))
            .Select(cell => double.Parse(cell, CultureInfo.InvariantCulture)).ToList();
        return numbers.Count == 0
            ? None
            : $"{Table.Number(numbers.Max(), "0.#")}, {Table.Number(numbers.Min(), "0.#")}";
    }

    private static void WriteSelftest(MeasuredFolder measured, StringWriter output)
    {
        output.WriteLine();
        if (measured.Read("selftest") is not { } selftest)
        {
            output.WriteLine("**The self-test did not end.**");
            return;
        }
        output.WriteLine("`moe selftest`, each kernel against its definition on the processor:");
        var table = new Table(output, "kernel", "rows", "greatest difference", "result");
        foreach (var kernel in Items(selftest["kernels"]))
            table.Add($"`{Text(kernel["specification"])}`", Table.Number(Number(kernel["rows"])),
                Table.Number(Difference(kernel), "0.########"),
                kernel["holds"]!.GetValue<bool>() ? "holds" : $"**differs** {Text(kernel["problem"])}".Trim());
    }

    // a difference without bounds is written as a text
    private static double Difference(JsonNode kernel) =>
        kernel["difference"] is JsonValue value && value.TryGetValue<double>(out var number)
            ? number
            : double.PositiveInfinity;

    private static void WriteStreams(MeasuredFolder measured, StringWriter output)
    {
        var streams = measured.Streams().GroupBy(run => run.Name).ToList();
        if (streams.Count == 0)
            return;
        var device = measured.Device;
        output.WriteLine();
        var pool = Text(measured.Facts["pool"]) is { Length: > 0 } shared ? $" and `moe.pool.shared={shared}`" : "";
        output.WriteLine($"Whole streams by `moe evaluate --seed 1`, with the usual settings but what is named{pool}, "
            + "in turns; speeds are medians:");
        var table = new Table(output, "stream", "rows", "runs", "cpu %", $"{device} %", "difference", "cpu rows/s",
            $"{device} rows/s", "auto rows/s", "auto computes on the device");
        foreach (var stream in streams)
        {
            var (cpu, gpu, auto) = (Runs("cpu"), Runs(device.Replace(':', '-')), Runs("auto"));
            var both = cpu.Count > 0 && gpu.Count > 0 && cpu[0].Rows == gpu[0].Rows;
            table.Add(stream.Key, Table.Number(stream.Max(run => run.Rows)), $"{gpu.Count}",
                Accuracy(cpu), Accuracy(gpu),
                both ? Table.Number(gpu[0].Accuracy - cpu[0].Accuracy, "+0.000;-0.000;0.000") : None,
                Speed(cpu), Speed(gpu), Speed(auto),
                auto.Count == 0 ? None : string.Join(", ", auto[0].KindsOnDevice.DefaultIfEmpty("nothing")));

            // of those that were cut short at different rows, the longest alone are of one stream
            List<StreamRun> Runs(string where)
            {
                var runs = stream.Where(run => run.Where == where).ToList();
                return [.. runs.Where(run => run.Rows == runs.Max(r => r.Rows))];
            }

            string Cell(List<StreamRun> runs, string text) =>
                runs[0].Rows == stream.Max(run => run.Rows) ? text : $"{text} ({Table.Number(runs[0].Rows)} rows)";

            string Accuracy(List<StreamRun> runs) =>
                runs.Count == 0 ? None : Cell(runs, Table.Number(runs[0].Accuracy, "F3"));

            string Speed(List<StreamRun> runs) =>
                runs.Count == 0 ? None : Cell(runs, Table.Number(Median.Of(runs.Select(run => run.Speed))));
        }
    }

    private static void WriteYardstick(MeasuredFolder measured, StringWriter output)
    {
        var yardstick = measured.Read("yardstick");
        output.WriteLine();
        if (yardstick?["results"] is not { } results)
        {
            var reason = yardstick is null ? "the step did not end" : Text(yardstick["skipped"]);
            output.WriteLine($"PyTorch was not measured: {reason}.");
            return;
        }
        output.WriteLine($"PyTorch {Text(yardstick["torch"])} on {Text(yardstick["device"])}, the same loads "
            + "(`scripts/gpu-yardstick.py` says what each is); its inputs lie on the device, moe's come and go:");
        var table = new Table(output, "load", "experts", "units", "way", "rows/s");
        foreach (var result in Items(results))
            table.Add(Text(result["kind"]), Table.Number(Number(result["experts"])),
                Table.Number(Number(result["units"])), Text(result["way"]), result["rowsPerSecond"] is { } speed
                    ? Table.Number(Number(speed))
                    : $"{None} ({Text(result["problem"])})");
    }

    private static void WriteSteps(MeasuredFolder measured, StringWriter output)
    {
        var steps = Items(measured.Steps["steps"]).ToList();
        var open = steps.Where(step => Text(step["outcome"]) != "done")
            .Select(step => $"{Text(step["name"])} ({Text(step["outcome"])} after {Number(step["seconds"])} s)")
            .ToList();
        output.WriteLine();
        output.WriteLine($"{steps.Count} steps in {Number(measured.Steps["seconds"])} s; "
            + (open.Count == 0 ? "all were done." : $"not done: {string.Join(", ", open)}."));
    }
}
