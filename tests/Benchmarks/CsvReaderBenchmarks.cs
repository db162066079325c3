using System.Globalization;
using System.Text;
using BenchmarkDotNet.Attributes;
using MoE.Compute.Data;
using MoE.Compute.Data.Csv;

namespace MoE.Benchmarks;

/// <summary>
/// Reads 45,000 rows shaped as those of elec2: seven numbers of up to six digits, a category, a class.
/// </summary>
[MemoryDiagnoser]
public class CsvReaderBenchmarks
{
    private const int Rows = 45_000;

    private static readonly CsvOptions Options = new() { Categorical = ["day"] };

    private byte[] _text = [];

    /// <summary>Rows asked for at once.</summary>
    [Params(64, 1024)]
    public int Batch { get; set; }

    /// <summary>Writes the text.</summary>
    [GlobalSetup]
    public void Write()
    {
        var text = new StringBuilder("date,day,period,nswprice,nswdemand,vicprice,vicdemand,transfer,class\n");
        for (var i = 0; i < Rows; i++)
        {
            var (a, b) = (i * 7919 % 1_000_003 / 1e6, i * 104_729 % 999_983 / 1e6);
            text.Append(CultureInfo.InvariantCulture, $"{i / 45e3:F4},{i / 48 % 7},{i % 48 / 47.0:F6},{a:F6},{b:F6},");
            text.Append(CultureInfo.InvariantCulture, $"{a * b:F6},{1 - a:F6},{1 - b:F6},{(a > b ? "UP" : "DOWN")}\n");
        }
        _text = Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>Reads all rows; the time is for all of them.</summary>
    [Benchmark(OperationsPerInvoke = Rows)]
    public long Read()
    {
        using var reader = new CsvReader(new MemoryStream(_text), SourceId.Stream("benchmark"), Options);
        long rows = 0;
        while (reader.Read(Batch) is { } batch)
            rows += batch.Rows;
        return rows;
    }
}
