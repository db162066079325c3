#!/usr/bin/env bash
# Confluent.Kafka 2.16.0 (NuGet; librdkafka 2.16.0): an offset that is asked for and not there is replaced, and
# nothing is raised.
#
# A reader that keeps its own positions assigns a partition at an offset, with no consumer group to ask. Where the
# broker has no such offset (retention has deleted it, or the topic was made again), auto.offset.reset decides all the
# same, though nothing was automatic: unset it goes on at the END, so that rows are passed over, and with "earliest"
# at the beginning, so that all of them come again. The log has one warning, but Consume raises nothing. Only "error"
# raises. The broker here is the one that librdkafka has built in for tests.
#
# Seen with .NET SDK 10.0.401 on Debian 12:
#   auto.offset.reset unset, at 500 of 100 rows: row 100
#   auto.offset.reset Earliest, at 500 of 100 rows: row 0
#   auto.offset.reset Error, at 500 of 100 rows: an exception: Local_AutoOffsetReset
set -euo pipefail

if ! command -v dotnet > /dev/null; then
  echo "There is no dotnet here; install the .NET SDK 10 (https://dot.net)." >&2
  exit 2
fi
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
export NUGET_PACKAGES="$folder/packages" DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_CLI_UI_LANGUAGE=en

cat > probe.csproj << 'PROJECT'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>net10.0</TargetFramework>
    <ImplicitUsings>enable</ImplicitUsings>
    <Nullable>enable</Nullable>
  </PropertyGroup>
  <ItemGroup>
    <PackageReference Include="Confluent.Kafka" Version="2.16.0" />
  </ItemGroup>
</Project>
PROJECT

cat > Program.cs << 'PROGRAM'
using Confluent.Kafka;

var rows = new TopicPartition("rows", 0);
var settings = new ProducerConfig { BootstrapServers = "none:1" };
settings.Set("test.mock.num.brokers", "1");
using var producer = new ProducerBuilder<Null, string>(settings).SetLogHandler((_, _) => { }).Build();
using var admin = new DependentAdminClientBuilder(producer.Handle).Build();
var broker = admin.GetMetadata(TimeSpan.FromSeconds(10)).Brokers[0];
for (var row = 0; row < 100; row++)
    await Send(row);

var unset = await Read(null);
var earliest = await Read(AutoOffsetReset.Earliest);
var error = await Read(AutoOffsetReset.Error);
return (unset, earliest, error) == ("row 100", "row 0", "an exception: Local_AutoOffsetReset") ? 0 : 1;

Task Send(int row) => producer.ProduceAsync(rows, new Message<Null, string> { Value = $"row {row}" });

async Task<string> Read(AutoOffsetReset? reset)
{
    using var consumer = new ConsumerBuilder<Null, string>(new ConsumerConfig
    {
        BootstrapServers = $"{broker.Host}:{broker.Port}",
        GroupId = "readers",
        EnableAutoCommit = false,
        AutoOffsetReset = reset,
    }).SetLogHandler((_, _) => { }).Build();
    consumer.Assign(new TopicPartitionOffset(rows, 500));
    string first;
    try
    {
        var read = consumer.Consume(TimeSpan.FromSeconds(5));
        if (read is null)
        {
            await Send(100);                                 // nothing until something new comes
            read = consumer.Consume(TimeSpan.FromSeconds(10));
        }
        first = read?.Message.Value ?? "nothing";
    }
    catch (ConsumeException e)
    {
        first = $"an exception: {e.Error.Code}";
    }
    Console.WriteLine($"auto.offset.reset {reset?.ToString() ?? "unset"}, at 500 of 100 rows: {first}");
    consumer.Close();
    return first;
}
PROGRAM

dotnet build -v quiet -o built > build.txt || { cat build.txt >&2; exit 2; }
dotnet built/probe.dll
