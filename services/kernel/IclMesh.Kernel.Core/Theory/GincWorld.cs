namespace IclMesh.Kernel.Core.Theory;

/// <summary>Concepts, memory and chains of GINC. A hidden state is an entity and a property; both move independently.</summary>
public sealed class GincWorld
{
    private const double SoftmaxTemperature = 0.1;
    private const double EntityMotion = 0.1;

    /// <summary>Draws a world.</summary>
    /// <param name="settings">Sizes and seed.</param>
    public GincWorld(GincSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        Settings = settings;
        var random = new SeededRandom(settings.Seed, stream: 1111);
        Memory = new int[settings.Entities, settings.Properties];
        for (var v = 0; v < settings.Entities; v++)
        {
            for (var s = 1; s < settings.Properties; s++)
            {
                Memory[v, s] = 1 + random.Below(settings.Vocabulary - 1);
            }
        }

        EntityChain = DrawChain(random, settings.Entities);
        for (var v = 0; v < settings.Entities; v++)
        {
            var row = EntityChain.Row(v);
            TensorPrimitives.Multiply(row, EntityMotion, row);
            row[v] += 1 - EntityMotion;
        }

        PropertyChains = [.. Enumerable.Range(0, 2 * settings.Concepts).Select(_ => DrawChain(random, settings.Properties))];
    }

    /// <summary>Sizes and seed.</summary>
    public GincSettings Settings { get; }

    /// <summary>Token of an entity and a property; property 0 is the delimiter, token 0.</summary>
    public int[,] Memory { get; }

    /// <summary>Transitions of entities, shared by all concepts.</summary>
    public DenseMatrix EntityChain { get; }

    /// <summary>Transitions of properties: what a concept is. The first half is the pre-training family, the second is unseen.</summary>
    public IReadOnlyList<DenseMatrix> PropertyChains { get; }

    /// <summary>Draws the tokens of one example of k tokens from a uniform entity and a given property.</summary>
    /// <param name="random">Source of randomness.</param>
    /// <param name="concept">Concept.</param>
    /// <param name="property">Start property, 1 or more.</param>
    /// <param name="length">k.</param>
    public int[] Draw(SeededRandom random, int concept, int property, int length)
    {
        ArgumentNullException.ThrowIfNull(random);
        var entity = random.Below(Settings.Entities);
        var tokens = new int[length];
        for (var i = 0; i < length; i++)
        {
            tokens[i] = Memory[entity, property];
            entity = random.Choose(EntityChain.Row(entity));
            property = random.Choose(PropertyChains[concept].Row(property));
        }

        return tokens;
    }

    /// <summary>
    /// log P(tokens) and the state after them, from a uniform entity and a given property. Emissions are deterministic, so a token only masks states.
    /// </summary>
    /// <param name="concept">Concept.</param>
    /// <param name="property">Start property.</param>
    /// <param name="tokens">Tokens.</param>
    public (double LogLikelihood, DenseMatrix State) Forward(int concept, int property, ReadOnlySpan<int> tokens)
    {
        var (entities, properties) = (Settings.Entities, Settings.Properties);
        var state = new DenseMatrix(entities, properties);
        for (var v = 0; v < entities; v++)
        {
            state[v, property] = 1.0 / entities;
        }

        var log = 0.0;
        foreach (var token in tokens)
        {
            // State' = Eᵀ (mask ∘ State) P, entity by entity.
            var moved = new DenseMatrix(entities, properties);
            for (var v = 0; v < entities; v++)
            {
                for (var s = 0; s < properties; s++)
                {
                    if (state[v, s] > 0 && Memory[v, s] == token)
                    {
                        TensorPrimitives.MultiplyAdd(PropertyChains[concept].Row(s), state[v, s], moved.Row(v), moved.Row(v));
                    }
                }
            }

            var next = new DenseMatrix(entities, properties);
            for (var v = 0; v < entities; v++)
            {
                for (var w = 0; w < entities; w++)
                {
                    TensorPrimitives.MultiplyAdd(moved.Row(v), EntityChain[v, w], next.Row(w), next.Row(w));
                }
            }

            var total = TensorPrimitives.Sum<double>(next.Values);
            if (total == 0)
            {
                return (double.NegativeInfinity, state);
            }

            log += Math.Log(total);
            TensorPrimitives.Divide(next.Values, total, next.Values);
            state = next;
        }

        return (log, state);
    }

    /// <summary>P(token) of a state, [vocabulary].</summary>
    /// <param name="state">State, [entities, properties].</param>
    public double[] Emit(DenseMatrix state)
    {
        ArgumentNullException.ThrowIfNull(state);
        var outputs = new double[Settings.Vocabulary];
        for (var v = 0; v < Settings.Entities; v++)
        {
            for (var s = 0; s < Settings.Properties; s++)
            {
                outputs[Memory[v, s]] += state[v, s];
            }
        }

        return outputs;
    }

    /// <summary>Σ_j w_j Π_j over random permutations, w = softmax((u - 0.5) / 0.1).</summary>
    private DenseMatrix DrawChain(SeededRandom random, int size)
    {
        var weights = new double[Settings.Permutations];
        for (var j = 0; j < weights.Length; j++)
        {
            weights[j] = (random.Uniform() - 0.5) / SoftmaxTemperature;
        }

        TensorPrimitives.SoftMax<double>(weights, weights);
        var chain = new DenseMatrix(size, size);
        foreach (var weight in weights)
        {
            var permutation = random.Permutation(size);
            for (var i = 0; i < size; i++)
            {
                chain[i, permutation[i]] += weight;
            }
        }

        return chain;
    }
}
