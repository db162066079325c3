#!/usr/bin/env bash
# Akka.Persistence 1.5.73 (NuGet): a snapshot that cannot be saved takes the good one of the same sequence number with
# it.
#
# An actor saves a snapshot, and then another without an event in between (at a shutdown, say), so that both have one
# sequence number. The second cannot be written. The snapshot store then deletes what has that number: the first
# snapshot, which was acknowledged, is gone. Whoever deleted the events below it has lost them. Here the store is
# Akka.Persistence.Sql 1.5.73 on SQLite, and the failure that of a serializer.
#
# Seen with .NET SDK 10.0.401 on Debian 12:
#   count: 1, sequence number 1
#   save: saved at sequence number 1
#   save: failed at sequence number 1: no room
#   snapshots stored before the failure: 1, after it: 0
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
    <PackageReference Include="Akka.Persistence.Sql" Version="1.5.73" />
    <PackageReference Include="Microsoft.Data.Sqlite" Version="10.0.13" />
  </ItemGroup>
</Project>
PROJECT

cat > Program.cs << 'PROGRAM'
using Akka.Actor;
using Akka.Configuration;
using Akka.Persistence;
using Akka.Persistence.Sql;
using Akka.Serialization;
using Microsoft.Data.Sqlite;

const string Store = "Data Source=store.db";
var config = ConfigurationFactory.ParseString($$"""
    akka.loglevel = OFF
    akka.stdout-loglevel = OFF
    akka.actor.serializers.total = "TotalSerializer, probe"
    akka.actor.serialization-bindings { "Total, probe" = total }
    akka.persistence.journal.plugin = "akka.persistence.journal.sql"
    akka.persistence.journal.sql { provider-name = "SQLite.MS", connection-string = "{{Store}}" }
    akka.persistence.snapshot-store.plugin = "akka.persistence.snapshot-store.sql"
    akka.persistence.snapshot-store.sql { provider-name = "SQLite.MS", connection-string = "{{Store}}" }
    """).WithFallback(SqlPersistence.DefaultConfiguration);
using var system = ActorSystem.Create("probe", config);
var counter = system.ActorOf(Props.Create(() => new Counter()));

await Tell("count");
await Tell("save");
var before = Snapshots();
TotalSerializer.Fails = true;
await Tell("save");
var (after, clock) = (before, System.Diagnostics.Stopwatch.StartNew());
while (after == before && clock.Elapsed < TimeSpan.FromSeconds(20))
{
    await Task.Delay(100);
    after = Snapshots();
}
Console.WriteLine($"snapshots stored before the failure: {before}, after it: {after}");
await system.Terminate();
return (before, after) == (1, 0) ? 0 : 1;

async Task Tell(string what) =>
    Console.WriteLine($"{what}: {await counter.Ask<string>(what, TimeSpan.FromSeconds(60))}");

static long Snapshots()
{
    using var connection = new SqliteConnection(Store);
    connection.Open();
    using var command = connection.CreateCommand();
    command.CommandText = "SELECT COUNT(*) FROM snapshot";
    return (long)command.ExecuteScalar()!;
}

public sealed record Total(int Number);

public sealed class TotalSerializer(ExtendedActorSystem system) : Serializer(system)
{
    public static bool Fails { get; set; }

    public override int Identifier => 9000;

    public override bool IncludeManifest => false;

    public override byte[] ToBinary(object value) =>
        Fails ? throw new IOException("no room") : BitConverter.GetBytes(((Total)value).Number);

    public override object FromBinary(byte[] bytes, Type type) => new Total(BitConverter.ToInt32(bytes));
}

public sealed class Counter : ReceivePersistentActor
{
    private int _number;
    private IActorRef _asker = ActorRefs.Nobody;

    public Counter()
    {
        Recover<int>(_ => _number++);
        Recover<SnapshotOffer>(offer => _number = ((Total)offer.Snapshot).Number);
        Command<string>(what =>
        {
            _asker = Sender;
            if (what == "save")
                SaveSnapshot(new Total(_number));
            else
                Persist(1, _ => _asker.Tell($"{++_number}, sequence number {LastSequenceNr}"));
        });
        Command<SaveSnapshotSuccess>(saved => _asker.Tell($"saved at sequence number {saved.Metadata.SequenceNr}"));
        Command<SaveSnapshotFailure>(failed => _asker.Tell(
            $"failed at sequence number {failed.Metadata.SequenceNr}: {failed.Cause.GetBaseException().Message}"));
    }

    public override string PersistenceId => "counter";
}
PROGRAM

dotnet build -v quiet -o built > build.txt || { cat build.txt >&2; exit 2; }
dotnet built/probe.dll
