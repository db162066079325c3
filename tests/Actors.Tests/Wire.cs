using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Configuration;
using Akka.Serialization;

namespace MoE.Actors.Tests;

/// <summary>
/// Settings for tests in which every message between actors is written and read again, as if experts and producers were
/// in other processes: where <c>MOE_TEST_WIRE</c> is <c>on</c>, in all of them.
/// </summary>
internal static class Wire
{
    /// <summary>Messages go through their formats.</summary>
    public static Config On { get; } = Read();

    /// <summary>What a test takes that does not care.</summary>
    public static Config Config { get; } = Environment.GetEnvironmentVariable("MOE_TEST_WIRE") == "on"
        ? Read()                                             // no configuration may be its own fallback
        : ConfigurationFactory.ParseString("akka.actor.serialize-messages = off");

    private static Config Read() => ConfigurationFactory.ParseString($$"""
        akka.actor {
          serialize-messages = on
          serializers.of-akka = "{{typeof(AkkasOwn).AssemblyQualifiedName}}"
          serialization-bindings."System.Object" = of-akka
        }
        """);

    /// <summary>
    /// Passes on what Akka's actors of one process tell each other, of which not every type says that it stays there;
    /// refuses all else, as the product does.
    /// </summary>
    public sealed class AkkasOwn(ExtendedActorSystem system) : Serializer(system)
    {
        private static readonly ConcurrentDictionary<Guid, object> OnTheWay = [];

        public override int Identifier => 7398;

        public override bool IncludeManifest => false;

        public override byte[] ToBinary(object obj)
        {
            if (obj.GetType().Assembly.GetName().Name?.StartsWith("Akka", StringComparison.Ordinal) != true)
                throw new NotSupportedException($"{obj.GetType()} has no format of its own.");
            var id = Guid.NewGuid();
            OnTheWay[id] = obj;
            return id.ToByteArray();
        }

        public override object FromBinary(byte[] bytes, Type type) => OnTheWay.Remove(new Guid(bytes), out var message)
            ? message : throw new InvalidDataException("This message was read before.");
    }
}
