#!/usr/bin/env bash
# Akka.Persistence 1.5.73 (NuGet): akka.actor.serialize-messages = on also serializes messages that Akka's own actors
# send each other inside one process.
#
# The setting is for tests: it has every message written and read again, to find those that could not leave the
# process. Messages that are meant to stay inside say so by an interface, INoSerializationVerificationNeeded, and are
# passed on as they are. Some of Akka.Persistence's do not say so. By default nobody notices, as the serializer of
# System.Object, Newtonsoft.Json, takes everything. Whoever binds System.Object to a serializer of their own, such as
# one that refuses all types without a format, is asked for these too, and what it refuses is lost. Here the serializer
# notes the types that it is asked for, and passes everything on.
#
# Seen with .NET SDK 10.0.401 on Debian 12:
#   event: stored at sequence number 1
#   asked for: Akka.Persistence.Journal.AsyncWriteJournal+Desequenced
#   asked for: Akka.Persistence.RecoveryPermitGranted
#   asked for: Akka.Persistence.RequestRecoveryPermit
#   asked for: Akka.Persistence.ReturnRecoveryPermit
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
    <PackageReference Include="Akka.Persistence" Version="1.5.73" />
  </ItemGroup>
</Project>
PROJECT

cat > Program.cs << 'PROGRAM'
using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Configuration;
using Akka.Persistence;
using Akka.Serialization;

var config = ConfigurationFactory.ParseString($$"""
    akka {
      loglevel = OFF
      stdout-loglevel = OFF
      actor {
        serialize-messages = on
        serializers.noting = "{{typeof(Noting).AssemblyQualifiedName}}"
        serialization-bindings."System.Object" = noting
      }
    }
    """);
using var system = ActorSystem.Create("probe", config);
var stored = new TaskCompletionSource<long>();
system.ActorOf(Props.Create(() => new Writer(stored))).Tell("an event");
Console.WriteLine($"event: stored at sequence number {await stored.Task}");
foreach (var type in Noting.Types.Keys.Order(StringComparer.Ordinal))
    Console.WriteLine($"asked for: {type}");

internal sealed class Writer(TaskCompletionSource<long> stored) : UntypedPersistentActor
{
    public override string PersistenceId => "writer";

    protected override void OnCommand(object message) => Persist(message, _ => stored.TrySetResult(LastSequenceNr));

    protected override void OnRecover(object message)
    {
    }
}

internal sealed class Noting(ExtendedActorSystem system) : Serializer(system)
{
    private static readonly ConcurrentDictionary<Guid, object> OnTheWay = [];

    public static ConcurrentDictionary<string, bool> Types { get; } = [];

    public override int Identifier => 1000;

    public override bool IncludeManifest => false;

    public override byte[] ToBinary(object message)
    {
        if (message.GetType().Assembly.GetName().Name == "Akka.Persistence")
            Types[message.GetType().FullName!] = true;
        var id = Guid.NewGuid();
        OnTheWay[id] = message;
        return id.ToByteArray();
    }

    public override object FromBinary(byte[] bytes, Type type) => OnTheWay[new Guid(bytes)];
}
PROGRAM

output=$(dotnet run -c Release 2>&1) || {
  printf '%s\n' "$output" >&2
  exit 2
}
printf '%s\n' "$output"
for line in \
  'event: stored at sequence number 1' \
  'asked for: Akka.Persistence.Journal.AsyncWriteJournal+Desequenced' \
  'asked for: Akka.Persistence.RecoveryPermitGranted' \
  'asked for: Akka.Persistence.RequestRecoveryPermit' \
  'asked for: Akka.Persistence.ReturnRecoveryPermit'; do
  if ! grep -qxF "$line" <<< "$output"; then
    echo "This changed: '$line' was expected." >&2
    exit 1
  fi
done
