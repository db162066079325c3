using System.Runtime.InteropServices;
using MoE.Compute.Data;
using MoE.Compute.Encoding;
using MoE.Compute.Experts.Mlp;
using MoE.Compute.Files;
using MoE.Compute.Numerics;
using MoE.Compute.Numerics.Matrices;

namespace MoE.Compute.Experts.Deep;

/// <summary>
/// p = softmax(W₃ max(0, W₂ max(0, W₁ v + b₁) + b₂) + b₃), learned by cross-entropy, one step per M rows; until then
/// they wait, so that each is predicted by the weights of the step before. A plain step of a layer whose rows have the
/// inputs v has a rate of 2 √M / Σ (‖v‖² + 1) at most.
/// </summary>
/// <remarks>
/// The definition: <see cref="Gpu.DeepArena"/> computes it on a device, and the tests' DeepReference in doubles.
/// </remarks>
internal sealed class DeepExpert<L> : IRunExpert where L : struct, ILanes<L>
{
    private readonly DeepOptions _options;
    private readonly MlpInputs _inputs;
    private readonly PendingRows _pending;
    private readonly DeepNetwork<L> _network;
    private readonly DeepActivations _learning;
    private readonly float[] _sum;
    private readonly int[] _known;
    private DeepPredictor<L>? _answering;
    private float[] _flat = [];
    private float[] _probabilities = [];
    private int _classes;

    public DeepExpert(DeepOptions options, Schema schema, ulong seed)
    {
        _options = options;
        _inputs = new MlpInputs(options.Input, schema.Numeric, schema.Categorical);
        _pending = new PendingRows(options.Minibatch, _inputs.Index.Length);
        _network = new DeepNetwork<L>(options, seed, _inputs.FanIn, _pending);
        _learning = new DeepActivations(options.Minibatch, _network.First, _network.Second);
        _sum = new float[_network.First];
        _known = new int[options.Minibatch];
        _network.GrowRows(0, _inputs.Rows);
    }

    private DeepExpert(DeepExpert<L> parent)
    {
        (_options, _classes) = (parent._options, parent._classes);
        _inputs = parent._inputs.Clone();
        _pending = parent._pending.Clone();
        _network = parent._network.Clone(_pending);
        _learning = new DeepActivations(_options.Minibatch, _network.First, _network.Second);
        _sum = new float[_network.First];
        _known = new int[_options.Minibatch];
        FitBuffers();
        Recompute();
    }

    public int Heads => 1;

    public void Forward(FeatureBatch batch, int row, int classes, Span<float> logProbabilities)
    {
        var place = _pending.Count;
        Read(batch, row, classes, place);
        _network.Forward(_learning, place, 1);
        Say(_learning, place, _classes, logProbabilities);
    }

    public void Learn(int target)
    {
        Keep(target);
        StepWhenFull();
    }

    public void Predict(FeatureBatch batch, int row, int classes, Span<float> logProbabilities)
    {
        var answering = Answering();
        answering.Predict(batch, row, classes, logProbabilities);
    }

    public void Take(FeatureBatch batch, Labels labels, ReadOnlySpan<int> rows, bool learns, Span<float> answers)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(labels);
        while (!rows.IsEmpty)
        {
            var count = learns ? Math.Min(rows.Length, _options.Minibatch - _pending.Count) : rows.Length;
            if (learns)
                LearnTogether(batch, labels, rows[..count], answers);
            else
                Answering().Predict(batch, labels.Answers, rows[..count], answers);
            rows = rows[count..];
            answers = answers[(count * labels.Stride)..];
        }
    }

    public void Flush()
    {
        // rows that wait for a step are learned with those that complete it: no answer comes earlier than that
    }

    public void AddNoise(float deviation, ulong seed)
    {
        _network.AddNoise(deviation, seed, _classes);
        Recompute();
    }

    public IExpert Clone() => new DeepExpert<L>(this);

    public IPredictor Snapshot(int classes)
    {
        var network = _network.Clone(new PendingRows(_options.Minibatch, _inputs.Index.Length));
        if (classes > _classes)
            network.GrowClasses(_classes, classes);
        return new DeepPredictor<L>(network, _inputs.Clone(), Math.Max(classes, _classes));
    }

    public void Save(StateWriter state)
    {
        state.Write((long)_classes);
        _inputs.Save(state);
        _network.Save(state);
        _pending.Save(state);
    }

    public void Load(StateReader state)
    {
        _classes = state.ReadCount(MixtureOptions.MostClasses);
        _inputs.Load(state);
        _network.Load(state, _inputs.Rows, _classes);
        _pending.Load(state, _inputs.Rows, _classes);
        FitBuffers();
        Recompute();
    }

    private void LearnTogether(FeatureBatch batch, Labels labels, ReadOnlySpan<int> rows, Span<float> answers)
    {
        var first = _pending.Count;
        for (var i = 0; i < rows.Length; i++)
        {
            Read(batch, rows[i], labels.KnownClasses[rows[i]], first + i);
            _known[i] = _classes;
            Keep(labels.Targets[rows[i]]);
        }
        _network.Forward(_learning, first, rows.Length);
        for (var i = 0; i < rows.Length; i++)
            Say(_learning, first + i, _known[i], answers.Slice(i * labels.Stride, labels.Stride));
        StepWhenFull();
    }

    private DeepPredictor<L> Answering()
    {
        _answering ??= new DeepPredictor<L>(_network, _inputs, _classes);
        _answering.Classes = _classes;
        return _answering;
    }

    /// <summary>Takes what a row touches, and its first layer, to a place among the rows that wait.</summary>
    private void Read(FeatureBatch batch, int row, int classes, int place)
    {
        EnsureClasses(classes);
        var before = _inputs.Rows;
        if (_inputs.Read(batch, row))
            _network.GrowRows(before, _inputs.Rows);
        _pending.Put(place, _inputs);
        FillFirst(place);
    }

    private void Keep(int y)
    {
        _pending.Targets[_pending.Count++] = y;
        EnsureClasses(y + 1);
    }

    private void StepWhenFull()
    {
        if (_pending.Count < _options.Minibatch)
            return;
        _network.Step(_learning, _classes);
        _pending.Count = 0;
    }

    /// <summary>Computes the activations of the rows that wait by the weights as they are.</summary>
    private void Recompute()
    {
        for (var place = 0; place < _pending.Count; place++)
            FillFirst(place);
        if (_pending.Count > 0)
            _network.Forward(_learning, 0, _pending.Count);
    }

    private void FillFirst(int place)
    {
        _network.Inputs.Forward(place, _sum);
        _learning.Put(place, _sum);
    }

    private void Say(DeepActivations rows, int row, int classes, Span<float> answer)
    {
        if (classes <= answer.Length)
            Softmax(rows, row, classes, ref MemoryMarshal.GetReference(answer));
        else
        {
            Softmax(rows, row, classes, ref MemoryMarshal.GetArrayDataReference(_flat));
            ClassVectors.CopyKnown(_flat, answer);
        }
    }

    private void Softmax(DeepActivations rows, int row, int classes, ref float logProbabilities)
    {
        Panels.Gather(rows.Logits, rows.Room, row, _flat);
        ClassVectors.LogSoftmax<L>(
            ref MemoryMarshal.GetArrayDataReference(_flat), classes, ref logProbabilities,
            ref MemoryMarshal.GetArrayDataReference(_probabilities));
    }

    private void EnsureClasses(int classes)
    {
        if (classes <= _classes)
            return;
        _network.GrowClasses(_classes, classes);
        _classes = classes;
        FitBuffers();
    }

    private void FitBuffers()
    {
        _learning.Fit(_network.Outputs);
        if (_flat.Length != _network.Outputs)
            (_flat, _probabilities) = (new float[_network.Outputs], new float[_network.Outputs]);
    }
}

/// <summary>Predicts by a network as it is, 32 rows in one product of matrices per layer.</summary>
internal sealed class DeepPredictor<L>(DeepNetwork<L> network, MlpInputs inputs, int classes) : IPredictor
    where L : struct, ILanes<L>
{
    /// <summary>Rows of a product.</summary>
    private const int Together = 32;

    private readonly DeepActivations _activations = new(Together, network.First, network.Second);
    private readonly float[] _sum = new float[network.First];
    private float[] _flat = [];
    private float[] _probabilities = [];

    /// <summary>Classes that the network has met.</summary>
    public int Classes { get; set; } = classes;

    public void Predict(FeatureBatch batch, AnswerShape shape, ReadOnlySpan<int> rows, Span<float> answers)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(shape);
        while (!rows.IsEmpty)
        {
            var count = Math.Min(rows.Length, Together);
            Forward(batch, rows[..count]);
            for (var i = 0; i < count; i++)
                Give(i, shape.KnownClasses[rows[i]], answers[(i * shape.Stride)..]);
            rows = rows[count..];
            answers = answers[(count * shape.Stride)..];
        }
    }

    /// <summary>Predicts one row.</summary>
    public void Predict(FeatureBatch batch, int row, int known, Span<float> answer)
    {
        Forward(batch, [row]);
        Give(0, known, answer);
    }

    public IPredictor Share() => new DeepPredictor<L>(network, inputs.Share(), Classes);

    private void Forward(FeatureBatch batch, ReadOnlySpan<int> rows)
    {
        _activations.Fit(network.Outputs);
        if (_flat.Length != network.Outputs)
            (_flat, _probabilities) = (new float[network.Outputs], new float[network.Outputs]);
        for (var i = 0; i < rows.Length; i++)
        {
            inputs.ReadKnown(batch, rows[i]);
            network.Inputs.Forward(inputs, _sum);
            _activations.Put(i, _sum);
        }
        network.Forward(_activations, 0, rows.Length);
    }

    private void Give(int place, int known, Span<float> answer)
    {
        ref var flat = ref MemoryMarshal.GetArrayDataReference(_flat);
        Panels.Gather(_activations.Logits, Together, place, _flat);
        ClassVectors.LogSoftmax<L>(
            ref flat, Classes, ref flat, ref MemoryMarshal.GetArrayDataReference(_probabilities));
        ClassVectors.Spread(_flat, Classes, known, answer);
    }
}
